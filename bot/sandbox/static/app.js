// The page: phones side by side (one at a time on a narrow screen), the clock, and the stream of changes.

import { Backstage } from "./backstage.js";
import { byId, h, send, toast } from "./dom.js";
import { avatar, Phone } from "./phone.js";
import { full, now, setNow } from "./times.js";

/** @import { WorldChange, State } from "../types.js" */
/** @import { Shared } from "./phone.js" */

/** @type {Map<string, Phone>} */
const phones = new Map();
/** @type {Set<string>} */
const seen = new Set();
const backstage = new Backstage(byId("backstage"), byId("backstage-button"));
/** @type {Shared | null} */
let shared = null;
let active = "";
/** @type {WorldChange[] | null} */
let waiting = null;

/** Draw everything anew; changes that arrive meanwhile wait, so that none is lost. */
async function load() {
  /** @type {WorldChange[]} */
  const late = [];
  waiting = late;
  /** @type {State} */
  const state = await (await fetch("state")).json();
  // The stream was opened again meanwhile: that load knows more, and also takes over what waits.
  if (waiting !== late) return;
  setNow(state.now);
  shared = { account: state.account, menu: state.menu, town: state.town, samples: state.samples, notices: state.notices, origin: state.origin };
  phones.clear();
  seen.clear();
  for (const person of state.phones) {
    phones.set(person.openid, new Phone(person, shared));
    for (const message of person.messages) seen.add(message.id);
  }
  byId("desk").replaceChildren(...[...phones.values()].map((phone) => phone.root));
  drawTabs();
  activate(phones.has(active) ? active : state.phones[0]?.openid);
  backstage.draw(state);
  tick();
  for (const phone of phones.values()) phone.bottom();
  waiting = null;
  late.forEach(take);
}

function drawTabs() {
  byId("tabs").replaceChildren(
    ...[...phones.values()].map(({ person }) =>
      h("button", { type: "button", role: "tab", id: `tab-${person.openid}`, "aria-controls": `phone-${person.openid}`, on: { click: () => activate(person.openid) } }, avatar(person), h("span", { text: person.nickname }), h("i", { class: "badge", hidden: true })),
    ),
  );
}

/**
 * Shows or hides the mark of something new on a phone's tab.
 * @param {HTMLElement} tab
 * @param {boolean} shown
 */
function mark(tab, shown) {
  /** @type {HTMLElement | null} */
  const badge = tab.querySelector(".badge");
  if (badge) badge.hidden = !shown;
}

/** @param {string | undefined} openid none when the page has no phones */
function activate(openid) {
  if (!openid) return;
  active = openid;
  for (const phone of phones.values()) {
    const here = phone.openid === openid;
    phone.root.classList.toggle("active", here);
    const tab = byId(`tab-${phone.openid}`);
    tab.setAttribute("aria-selected", String(here));
    if (here) mark(tab, false);
  }
  phones.get(openid)?.bottom();
}

/** @param {WorldChange} change */
function take(change) {
  if (waiting) {
    waiting.push(change);
    return;
  }
  setNow(change.now);
  const phone = change.phone && phones.get(change.phone.openid);
  if (change.phone) phone?.update(change.phone);
  if (change.message && !seen.has(change.message.id)) {
    seen.add(change.message.id);
    phone?.add(change.message);
    if (phone && phone.openid !== active && !change.message.mine) mark(byId(`tab-${phone.openid}`), true);
  }
  if (change.call) backstage.add(change.call);
  if (change.faults) backstage.setFaults(change.faults);
  if (change.menu && shared && JSON.stringify(change.menu) !== JSON.stringify(shared.menu)) {
    shared.menu = change.menu;
    for (const each of phones.values()) each.drawFoot();
  }
  if (change.kind === "clock") tick();
}

function tick() {
  byId("clock").textContent = full(now());
  for (const phone of phones.values()) phone.tick();
}

function listen() {
  const stream = new EventSource("events");
  stream.addEventListener("open", async () => {
    await load();
    byId("link").className = "dot live";
    byId("link").title = "已连上";
  });
  stream.addEventListener("message", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    byId("link").className = "dot lost";
    byId("link").title = "断开了，正在重连";
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

/** @type {NodeListOf<HTMLButtonElement>} */
const hours = document.querySelectorAll("[data-hours]");
for (const button of hours) {
  button.addEventListener("click", async () => {
    for (const each of hours) each.disabled = true;
    document.body.classList.add("leaping");
    const told = await send("clock", { hours: Number(button.dataset.hours) });
    if (told) toast(`现在是 ${full(told.now)}`);
    document.body.classList.remove("leaping");
    for (const each of hours) each.disabled = false;
  });
}
setInterval(tick, 1000);
listen();
