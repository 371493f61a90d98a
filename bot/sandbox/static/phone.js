// One phone: its chat, its foot, and what slides over it.

import { bubble } from "./bubbles.js";
import { h, icon, s, send, sheetBar, toast } from "./dom.js";
import { composer } from "./composer.js";
import { pictures, profile, prompt, viewer, webview } from "./sheets.js";
import { hourMinute, now, spoken } from "./times.js";
import { townMap } from "./town.js";

/** @import { Deed, MenuButton, Message, Person, PhoneState, State } from "../types.js" */
/** @import { Acts } from "./bubbles.js" */

/** What all phones show alike. @typedef {Pick<State, "account" | "menu" | "town" | "samples" | "notices" | "origin">} Shared */

const GAP = 300;

export class Phone {
  /**
   * @param {PhoneState} person
   * @param {Shared} shared
   */
  constructor(person, shared) {
    /** @type {Person} */
    this.person = person;
    this.shared = shared;
    this.lastAt = 0;
    this.typingTimer = 0;
    /** @type {HTMLElement | null} */
    this.before = null;
    this.time = h("span", { class: "time" });
    this.subtitle = h("small", { text: "" });
    this.chat = h("div", { class: "chat", role: "log", "aria-live": "polite", "aria-label": `${person.nickname}与${shared.account.name}的聊天`, tabindex: "0" });
    this.hint = h("div", { class: "hint" }, h("img", { src: "static/logo.svg", alt: "", width: 52, height: 52 }), h("p", { text: `${shared.account.name}` }), h("small", { text: person.examples.length ? "想说什么，直接打字。也可以点一句：" : "想说什么，直接打字" }), person.examples.slice(0, 3).map((words) => h("button", { type: "button", text: words, on: { click: () => this.do({ do: "say", text: words }) } })));
    this.chat.append(this.hint);
    this.foot = h("footer", { class: "foot" });
    this.over = h("div", { class: "over", hidden: true });
    this.screen = h(
      "div",
      { class: "screen" },
      h("div", { class: "status", "aria-hidden": "true" }, this.time, h("span", { class: "island" }), s("svg", { viewBox: "0 0 60 14", class: "signals" }, s("path", { d: "M1 10h2v3H1zM5 8h2v5H5zM9 5h2v8H9zM13 2h2v11h-2z" }), s("path", { d: "M27 12.500l-2-2.400a3 3 0 0 1 4 0zM22.5 7.300a7 7 0 0 1 9 0l-1.3 1.500a5 5 0 0 0-6.4 0zM20 4.300a11 11 0 0 1 14 0l-1.3 1.500a9 9 0 0 0-11.4 0z" }), s("path", { d: "M40 2.500h15a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H40a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zm.5 1.800v5.400h11V4.300zM58 5.500h1v3h-1z" }))),
      h(
        "div",
        { class: "bar" },
        h("span", { class: "back" }, icon("back")),
        h("div", { class: "name" }, h("strong", { text: shared.account.name }), this.subtitle),
        h("button", { type: "button", class: "round", "aria-label": "公众号资料与设置", on: { click: () => this.show(profile(this)) } }, icon("more")),
      ),
      this.chat,
      this.foot,
      this.over,
    );
    this.root = h(
      "section",
      { class: "slot", id: `phone-${person.openid}`, "aria-label": `${person.nickname}的手机` },
      h("div", { class: "owner" }, avatar(person), h("div", {}, h("strong", { text: person.nickname }), h("small", { text: person.role }))),
      h("div", { class: "bezel" }, this.screen),
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.hide();
    });
    this.tick();
    this.update(person);
    for (const message of person.messages) this.add(message, false);
  }

  get openid() {
    return this.person.openid;
  }

  tick() {
    this.time.textContent = hourMinute(now());
  }

  /** @param {Person} person */
  update(person) {
    const follows = this.person.following;
    this.person = { ...this.person, ...person };
    this.subtitle.textContent = person.typing ? "对方正在输入…" : "";
    clearTimeout(this.typingTimer);
    if (person.typing) this.typingTimer = setTimeout(() => (this.subtitle.textContent = ""), 15000);
    if (!this.foot.childElementCount || follows !== person.following) this.drawFoot();
  }

  drawFoot() {
    if (this.person.following) {
      this.foot.replaceChildren(composer(this));
      return;
    }
    this.foot.replaceChildren(h("button", { type: "button", class: "follow", text: "关注公众号", on: { click: () => this.do({ do: "follow" }) } }));
  }

  /**
   * A message arrived (or was sent).
   * @param {Message} message
   */
  add(message, live = true) {
    this.hint.remove();
    this.subtitle.textContent = message.mine ? this.subtitle.textContent : "";
    if (message.at - this.lastAt > GAP) this.chat.append(h("div", { class: "when", text: spoken(message.at) }));
    this.lastAt = message.at;
    const shown = bubble(message.content, this.acts());
    if (message.content.type === "notice") {
      this.chat.append(shown);
    } else {
      const face = message.mine ? avatar(this.person) : h("img", { class: "face", src: "static/logo.svg", alt: "" });
      const wide = message.content.type === "card" || message.content.type === "news";
      this.chat.append(h("div", { class: `line ${message.mine ? "mine" : "theirs"}${wide ? " wide" : ""}${live ? " fresh" : ""}` }, face, shown));
    }
    this.bottom();
  }

  /** Show the end of the chat, or the beginning of a last message that is longer than the screen. */
  bottom() {
    const { chat } = this;
    const settle = () => {
      const last = chat.lastElementChild;
      const long = last instanceof HTMLElement && last.offsetHeight > chat.clientHeight - 24;
      chat.scrollTop = long ? last.offsetTop - 12 : chat.scrollHeight;
    };
    settle();
    /** @type {NodeListOf<HTMLImageElement>} */
    const fresh = chat.querySelectorAll("img:not([data-seen])");
    for (const image of fresh) {
      image.dataset.seen = "1";
      if (!image.complete) image.addEventListener("load", settle, { once: true });
    }
  }

  /** @returns {Acts} */
  acts() {
    return {
      open: (url) => this.open(url),
      say: (text, menuId) => this.do({ do: "say", text, menuId }),
      see: (src) => this.show(viewer(this, h("img", { src, alt: "图片" }))),
      watch: (src) => this.show(viewer(this, h("video", { src, controls: true, autoplay: true, on: { error: () => toast("示例视频只有一个壳，没有画面") } }))),
    };
  }

  /** @param {Deed} deed */
  do(deed) {
    return send("do", { ...deed, openid: this.openid });
  }

  /**
   * Sends a file from this device.
   * @param {"picture" | "video"} kind
   * @param {File} file
   * @param {string} button the menu button's type, when the menu asked for it
   * @param {string} key
   */
  file(kind, file, button = "", key = "") {
    const query = new URLSearchParams({ openid: this.openid, button, key });
    return send(`${kind}?${query}`, file);
  }

  /** @param {string} url */
  open(url) {
    if (!/^https?:\/\//.test(url)) {
      toast("这个链接打不开");
      return;
    }
    this.show(webview(this, url));
  }

  /**
   * A menu button without sub-menu.
   * @param {MenuButton} button
   */
  press(button) {
    const { type, key = "", url = "" } = button;
    if (type === "click") this.do({ do: "click", key });
    else if (type === "view") this.do({ do: "view", url }).then(() => this.open(url));
    else if (type === "location_select") this.locate(key);
    else if (type?.startsWith("pic_")) this.show(pictures(this, type, key));
    else if (type?.startsWith("scancode_")) this.show(prompt(this, "扫一扫", "假装扫到了什么？", (result) => this.do({ do: "scancode", button: type, key, result })));
    else toast("沙盒里没有这一类按钮");
  }

  locate(key = "") {
    const map = townMap(this.shared.town, (latitude, longitude, label) => {
      this.hide();
      this.do({ do: "place", latitude, longitude, label, key });
    });
    this.show(h("div", { class: "sheet" }, sheetBar(this, "位置"), map));
  }

  /**
   * Slides something over the phone.
   * @param {HTMLElement} content
   */
  show(content) {
    this.before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.over.replaceChildren(content);
    this.over.hidden = false;
    /** @type {HTMLElement | null} */
    const first = this.over.querySelector("button, input, textarea");
    first?.focus({ preventScroll: true });
  }

  hide() {
    if (this.over.hidden) return;
    this.over.hidden = true;
    this.over.replaceChildren();
    this.before?.focus({ preventScroll: true });
  }
}

/** @param {Person} person */
export function avatar(person) {
  return h("span", { class: "face", colour: person.colour, text: person.avatar, "aria-hidden": "true" });
}
