// Behind the scenes: faults to switch on, and what platform and bot said to each other.

import { h, icon, send, toast } from "./dom.js";
import { exact } from "./times.js";

/** @import { Exchange, FaultSwitch, State } from "../types.js" */

const MOST = 120;

export class Backstage {
  /**
   * @param {HTMLElement} root the drawer
   * @param {HTMLElement} button opens and closes it
   */
  constructor(root, button) {
    this.root = root;
    this.button = button;
    this.faults = h("div", { class: "faults" });
    this.calls = h("ol", { class: "calls" });
    this.closer = h("button", { type: "button", class: "round", "aria-label": "关闭幕后", on: { click: () => this.toggle(false) } }, icon("close"));
    root.append(
      h("div", { class: "backstage-bar" }, h("h2", { text: "幕后" }), this.closer),
      h("h3", { text: "出点状况" }),
      this.faults,
      h("h3", { text: "最近往来" }),
      h("p", { class: "legend" }, h("span", { class: "way out", text: "推" }), "平台推给机器人　", h("span", { class: "way in", text: "调" }), "机器人调接口"),
      this.calls,
    );
    button.addEventListener("click", () => this.toggle(root.hidden));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !root.hidden && root.contains(document.activeElement)) this.toggle(false);
    });
  }

  /** @param {boolean} open */
  toggle(open) {
    this.root.hidden = !open;
    document.body.classList.toggle("with-backstage", open);
    this.button.setAttribute("aria-expanded", String(open));
    (open ? this.closer : this.button).focus();
  }

  /** @param {State} state */
  draw(state) {
    this.setFaults(state.faults);
    this.calls.replaceChildren();
    for (const call of state.calls) this.add(call);
  }

  /** @param {FaultSwitch[]} faults */
  setFaults(faults) {
    this.faults.replaceChildren(
      ...faults.map((fault) =>
        h("button", { type: "button", class: fault.left ? "on" : "", "aria-pressed": String(fault.left > 0), title: fault.hint, on: { click: () => send("fault", { key: fault.key }) } }, h("span", { text: fault.label }), h("small", { text: fault.left ? `还有 ${fault.left} 次` : fault.hint })),
      ),
      h("button", { type: "button", on: { click: async () => { if (await send("fault", { key: "revoke" })) toast("所有令牌都作废了"); } } }, h("span", { text: "收回所有令牌" }), h("small", { text: "机器人要自己换新的" })),
      h("button", { type: "button", class: "calm", on: { click: () => send("fault", { key: "clear" }) } }, h("span", { text: "恢复正常" }), h("small", { text: "关掉所有状况" })),
    );
  }

  /** @param {Exchange} call */
  add(call) {
    const out = call.direction === "out";
    const fine = out ? call.code === 200 : call.code === 0;
    const verdict = out ? (call.code ? `HTTP ${call.code}` : "无应答") : call.code ? String(call.code) : "ok";
    this.calls.prepend(
      h(
        "li",
        { class: fine ? "" : "bad" },
        h("span", { class: `way ${call.direction}`, text: out ? "推" : "调" }),
        h("span", { class: "what" }, h("code", { text: call.name.replace("/cgi-bin/", "") }), call.note && h("small", { text: call.note })),
        h("span", { class: "verdict", text: verdict }),
        h("span", { class: "ms", text: `${call.duration} ms` }),
        h("time", { text: exact(call.at) }),
      ),
    );
    while (this.calls.childElementCount > MOST) this.calls.lastElementChild?.remove();
  }
}
