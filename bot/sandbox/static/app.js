// The page: phones side by side (one at a time on a narrow screen), the clock, and the stream of changes.

import { Backstage } from "./backstage.js";
import { h, send, toast } from "./dom.js";
import { avatar, Phone } from "./phone.js";
import { pictures } from "./sheets.js";
import { full, now, setNow } from "./times.js";

const $ = (id) => document.getElementById(id);
const phones = new Map();
const seen = new Set();
const shared = { pickPicture: (phone, button, key) => phone.show(pictures(phone, button, key)) };
const backstage = new Backstage($("backstage"), $("backstage-button"));
let active = "";
let waiting = null;

/** Draw everything anew; changes that arrive meanwhile wait, so that none is lost. */
async function load() {
  waiting = [];
  const state = await (await fetch("state")).json();
  setNow(state.now);
  Object.assign(shared, { account: state.account, menu: state.menu, town: state.town, samples: state.samples, notices: state.notices, origin: state.origin });
  phones.clear();
  seen.clear();
  for (const person of state.phones) {
    phones.set(person.openid, new Phone(person, shared));
    for (const message of person.messages) seen.add(message.id);
  }
  $("desk").replaceChildren(...[...phones.values()].map((phone) => phone.root));
  drawTabs();
  activate(phones.has(active) ? active : state.phones[0]?.openid);
  backstage.draw(state);
  tick();
  for (const phone of phones.values()) phone.bottom();
  const late = waiting;
  waiting = null;
  late.forEach(take);
}

function drawTabs() {
  $("tabs").replaceChildren(
    ...[...phones.values()].map(({ person }) =>
      h("button", { type: "button", role: "tab", id: `tab-${person.openid}`, "aria-controls": `phone-${person.openid}`, on: { click: () => activate(person.openid) } }, avatar(person), h("span", { text: person.nickname }), h("i", { class: "badge", hidden: true })),
    ),
  );
}

/** @returns {HTMLElement} the mark of something new on a phone's tab */
function badge(tab) {
  return tab.querySelector(".badge");
}

function activate(openid) {
  if (!openid) return;
  active = openid;
  for (const phone of phones.values()) {
    const here = phone.openid === openid;
    phone.root.classList.toggle("active", here);
    const tab = $(`tab-${phone.openid}`);
    tab.setAttribute("aria-selected", String(here));
    if (here) badge(tab).hidden = true;
  }
  phones.get(openid).bottom();
}

function take(change) {
  if (waiting) {
    waiting.push(change);
    return;
  }
  setNow(change.now);
  const phone = phones.get(change.phone?.openid);
  phone?.update(change.phone);
  if (change.message && !seen.has(change.message.id)) {
    seen.add(change.message.id);
    phone?.add(change.message);
    if (phone && phone.openid !== active && !change.message.mine) badge($(`tab-${phone.openid}`)).hidden = false;
  }
  if (change.call) backstage.add(change.call);
  if (change.faults) backstage.setFaults(change.faults);
  if (change.menu && JSON.stringify(change.menu) !== JSON.stringify(shared.menu)) {
    shared.menu = change.menu;
    for (const each of phones.values()) each.drawFoot();
  }
  if (change.kind === "clock") tick();
}

function tick() {
  $("clock").textContent = full(now());
  for (const phone of phones.values()) phone.tick();
}

function listen() {
  const stream = new EventSource("events");
  stream.addEventListener("open", async () => {
    await load();
    $("link").className = "dot live";
    $("link").title = "已连上";
  });
  stream.addEventListener("message", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    $("link").className = "dot lost";
    $("link").title = "断开了，正在重连";
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
