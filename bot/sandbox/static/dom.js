// Small helpers: elements without markup strings, icons, requests.

/** @import { Action, Done, FaultWish, Leap, Moved, Problem } from "../types.js" */
/** @import { Phone } from "./phone.js" */

/** @typedef {{ [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void }} Listeners */
/**
 * A value that is false or undefined sets no attribute, and true sets an empty one.
 * @typedef {"accept" | "alt" | "class" | "cx" | "cy" | "d" | "enterkeyhint" | "fill" | "height" | "href" | "id" | "loading" | "maxlength" | "placeholder" | "preserveAspectRatio" | "r" | "rel" | "role" | "rows" | "src" | "stroke" | "stroke-width" | "tabindex" | "target" | "title" | "transform" | "type" | "viewBox" | "width" | "x" | "y"} ValueName
 * @typedef {"autoplay" | "controls" | "disabled" | "hidden"} SwitchName
 * @typedef {{ [N in ValueName | `aria-${string}`]?: string | number } & { [N in SwitchName]?: boolean }} Attributes
 */
/** @typedef {Attributes & { text?: string, colour?: string, on?: Listeners }} Props */
/** @typedef {Node | string | false | null | undefined} Leaf */
/** @typedef {Leaf | (Leaf | Leaf[])[]} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element of the page itself, which index.html has.
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * An element.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} props
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const { text, colour, on = {}, ...attributes } = props;
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (colour !== undefined) element.style.setProperty("--colour", colour);
  for (const [event, act] of Object.entries(on)) {
    // `Listeners` gives each name the listener of its own event, which is lost in a loop over all of them.
    element.addEventListener(event, /** @type {EventListener} */ (act));
  }
  fill(element, attributes, children);
  return element;
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
}

/**
 * @param {Element} element
 * @param {Child[]} children
 */
function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

const ICONS = {
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  keyboard: "M3 7h18v11H3zM6.5 10.500h.01M10 10.500h.01M14 10.500h.01M17.5 10.500h.01M6.5 13.500h.01M17.5 13.500h.01M9.5 15h5",
  lines: "M5 7h14M5 12h14M5 17h14",
  mic: "M12 4a2.5 2.5 0 0 1 2.5 2.500v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.500a5.5 5.5 0 0 0 11 0M12 17v3",
  plus: "M12 7v10M7 12h10M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  picture: "M4 6h16v13H4zM4 16l4.5-4.5 4 4L15.5 12l4.5 4.500M15.5 9.500h.01",
  pin: "M12 21c4.5-5 7-8.2 7-11.200A7 7 0 0 0 5 9.800C5 12.8 7.5 16 12 21zM12 7.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  film: "M4 6.500h11v11H4zM15 10.500l5-3v9l-5-3",
  link: "M10 14a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1 1M14 10a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1-1",
  scan: "M4 8V5h3M17 5h3v3M20 16v3h-3M7 19H4v-3M4 12h16",
  chevron: "M9 6l6 6-6 6",
  play: "M9 6.500v11l9-5.500z",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.900c.6.5 1 1.1 1 1.900h5c0-.8.4-1.4 1-1.900A6 6 0 0 0 12 3z",
  out: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
};

/** @typedef {keyof typeof ICONS} IconName */

/**
 * A line icon.
 * @param {IconName} name
 */
export function icon(name) {
  return s("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
}

let toastTimer = 0;

/**
 * A short word at the foot of the page.
 * @param {string} text
 */
export function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("shown"), 2600);
}

/**
 * Send to the sandbox. Returns its answer, or null after saying what went wrong.
 * @overload
 * @param {"do"} path
 * @param {Action} body
 * @returns {Promise<Done | null>}
 */
/**
 * @overload
 * @param {`${"picture" | "video"}?${string}`} path
 * @param {File} body
 * @returns {Promise<Done | null>}
 */
/**
 * @overload
 * @param {"fault"} path
 * @param {FaultWish} body
 * @returns {Promise<Done | null>}
 */
/**
 * @overload
 * @param {"clock"} path
 * @param {Leap} body
 * @returns {Promise<Moved | null>}
 */
/**
 * @param {string} path
 * @param {Action | File | FaultWish | Leap} body
 * @returns {Promise<Done | Moved | null>}
 */
export async function send(path, body) {
  const file = body instanceof File;
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "X-Sandbox": "1", "Content-Type": file ? body.type || "application/octet-stream" : "application/json" },
      body: file ? body : JSON.stringify(body),
    });
    if (response.ok) return await response.json();
    const told = response.headers.get("Content-Type")?.includes("json") ? problem(await response.json()) : await response.text();
    toast(told || "没有成功，再试一次");
  } catch {
    toast("连不上沙盒，服务是不是停了？");
  }
  return null;
}

/** @param {Problem} answer */
function problem(answer) {
  return answer.problem;
}

/**
 * A click that also works with Enter and Space, for things that are not buttons.
 * @param {() => void} act
 * @returns {Listeners}
 */
export function tappable(act) {
  return {
    click: act,
    keydown: (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        act();
      }
    },
  };
}

/**
 * @param {Phone} phone
 * @param {string} title
 * @param {Child[]} extra
 */
export function sheetBar(phone, title, ...extra) {
  return h("div", { class: "sheet-bar" }, h("button", { type: "button", class: "round", "aria-label": "关闭", on: { click: () => phone.hide() } }, icon("close")), h("strong", { text: title }), h("span", { class: "extra" }, ...extra));
}
