// The town's map on a phone: tap a point, or choose a place by name.

import { h, s } from "./dom.js";

/** @import { Point, Road, Town } from "../types.js" */

/** @type {Record<string, string>} */
const FILL = { park: "#cfe8c4", hospital: "#f9d9d6", school: "#fbe6c0", office: "#dcd8f2", market: "#fde0cb", station: "#d6e4f5", works: "#dfe1e4", bridge: "#e7e0d4", place: "#e6e2da" };

/**
 * The sheet's content.
 * @param {Town} town
 * @param {(latitude: number, longitude: number, label: string) => void} choose is called when 发送 is pressed
 */
export function townMap(town, choose) {
  const pin = s("g", { class: "pin" }, s("path", { d: "M0 0c3-3.3 4.5-5.4 4.5-7.500a4.5 4.5 0 0 0-9 0C-4.5-5.4-3-3.3 0 0z" }), s("circle", { cy: -7.5, r: 1.7 }));
  const svg = s(
    "svg",
    { viewBox: "0 0 100 100", class: "town", role: "img", "aria-label": `${town.name}地图，点一下选位置` },
    s("rect", { width: 100, height: 100, class: "land" }),
    town.roads.filter((road) => road.kind === "river").map((road) => s("path", { d: line(road), class: "river" })),
    town.spots.filter((spot) => spot.kind === "park").map((spot) => s("circle", { cx: spot.x, cy: spot.y, r: 6.5, class: "green" })),
    roads(town, "edge"),
    roads(town, "face"),
    town.roads.map(roadName),
    town.spots.map((spot) => [
      s("circle", { cx: spot.x, cy: spot.y, r: 1.6, class: "spot", fill: FILL[spot.kind] ?? FILL.place }),
      s("text", { x: spot.x, y: spot.y + 4.7, class: "spot-name" }, spot.name),
    ]),
    pin,
  );
  const name = h("strong", { text: "点一下地图，或从下面选" });
  const button = h("button", { type: "button", class: "primary", text: "发送", disabled: true });
  /** @type {{ x: number, y: number, label: string } | null} */
  let chosen = null;

  /**
   * @param {number} x
   * @param {number} y
   * @param {string} label
   */
  function pick(x, y, label) {
    chosen = { x, y, label };
    pin.setAttribute("transform", `translate(${x} ${y})`);
    pin.classList.add("set");
    name.textContent = label;
    button.disabled = false;
  }
  svg.addEventListener("click", (event) => {
    const onScreen = svg.getScreenCTM();
    if (!onScreen) return;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(onScreen.inverse());
    pick(point.x, point.y, town.name + nameOf(town, point.x, point.y));
  });
  button.addEventListener("click", () => {
    if (!chosen) return;
    const unit = town.span / 100;
    choose(round(town.north - chosen.y * unit), round(town.west + chosen.x * unit), chosen.label);
  });
  const list = h("div", { class: "spots" }, town.spots.map((spot) => h("button", { type: "button", text: spot.name, on: { click: () => pick(spot.x, spot.y, town.name + spot.name) } })));
  const ground = h("div", { class: "ground" }, svg);
  requestAnimationFrame(() => (ground.scrollLeft = (ground.scrollWidth - ground.clientWidth) / 2));
  return h("div", { class: "locate" }, ground, list, h("div", { class: "locate-foot" }, name, button));
}

/** @param {number} value */
const round = (value) => Math.round(value * 1e6) / 1e6;
/** @param {Road} road */
const line = (road) => road.points.map(([x, y], index) => `${index ? "L" : "M"}${x} ${y}`).join("");

/**
 * @param {Town} town
 * @param {"edge" | "face"} layer
 */
function roads(town, layer) {
  return town.roads.filter((road) => road.kind !== "river").map((road) => s("path", { d: line(road), class: `${road.kind} ${layer}` }));
}

/**
 * The straight pieces of a line, each from one point to the next.
 * @param {Point[]} points
 */
function pieces(points) {
  const found = [];
  /** @type {Point | null} */
  let before = null;
  for (const point of points) {
    if (before) found.push({ ax: before[0], ay: before[1], bx: point[0], by: point[1] });
    before = point;
  }
  return found;
}

/**
 * The first of those for which `measure` is smallest; null when there are none.
 * @template T
 * @param {T[]} all
 * @param {(one: T) => number} measure
 */
function nearest(all, measure) {
  /** @type {{ one: T, far: number } | null} */
  let best = null;
  for (const one of all) {
    const far = measure(one);
    if (!best || far < best.far) best = { one, far };
  }
  return best;
}

/**
 * A road's name along its longest piece; on a steep one letter below letter.
 * @param {Road} road
 */
function roadName(road) {
  const best = nearest(pieces(road.points), ({ ax, ay, bx, by }) => -Math.hypot(bx - ax, by - ay))?.one;
  if (!best) return [];
  const steep = Math.abs(best.by - best.ay) > Math.abs(best.bx - best.ax);
  const share = steep ? (road.kind === "street" ? 0.14 : 0.77) : 0.45;
  const x = best.ax + (best.bx - best.ax) * share;
  const y = best.ay + (best.by - best.ay) * share;
  const name = `road-name ${road.kind}`;
  if (steep) return [...road.name].map((letter, index) => s("text", { x, y: y + index * 2.9, class: name }, letter));
  const angle = (Math.atan2(best.by - best.ay, best.bx - best.ax) * 180) / Math.PI;
  return s("text", { x, y: y + 0.9, class: name, transform: `rotate(${angle} ${x} ${y})` }, road.name);
}

/**
 * What a point of the map is called after: the spot or road beside it. Empty on a map without spots and roads.
 * @param {Town} town
 * @param {number} x
 * @param {number} y
 */
function nameOf(town, x, y) {
  const spot = nearest(town.spots, (each) => Math.hypot(each.x - x, each.y - y));
  if (spot && spot.far < 4) return spot.one.name;
  const road = nearest(town.roads, (each) => distance(each.points, x, y));
  if (road && road.far < 4) return `${road.one.name}${spot && spot.far < 16 ? `（${spot.one.name}附近）` : ""}`;
  return spot ? `${spot.one.name}附近` : "";
}

/**
 * @param {Point[]} points
 * @param {number} x
 * @param {number} y
 */
function distance(points, x, y) {
  let best = Infinity;
  for (const { ax, ay, bx, by } of pieces(points)) {
    const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
    const share = Math.min(1, Math.max(0, along));
    best = Math.min(best, Math.hypot(ax + (bx - ax) * share - x, ay + (by - ay) * share - y));
  }
  return best;
}
