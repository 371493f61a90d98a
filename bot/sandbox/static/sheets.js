// What slides over a phone: pages, pictures, settings, questions.

import { h, icon, sheetBar } from "./dom.js";

/** @import { Phone } from "./phone.js" */

/**
 * A page inside the phone, as WeChat's own browser shows it.
 * @param {Phone} phone
 * @param {string} url
 */
export function webview(phone, url) {
  const origin = new URL(url).origin;
  const ours = origin === location.origin || origin === phone.shared.origin;
  const target = `open?${new URLSearchParams({ openid: phone.openid, url })}`;
  const out = h("a", { class: "round", href: target, target: "_blank", rel: "noopener", "aria-label": "在新标签页打开", title: "在新标签页打开" }, icon("out"));
  const body = ours
    ? h("iframe", { src: target, title: "网页" })
    : h("div", { class: "stranger" }, h("p", { text: "这是外面的网页，沙盒不在手机里打开它。" }), h("code", { text: url }), h("a", { class: "primary", href: url, target: "_blank", rel: "noopener noreferrer", text: "在新标签页打开" }));
  return h("div", { class: "sheet web" }, sheetBar(phone, ours ? phone.shared.account.name : new URL(url).host, out), body);
}

/**
 * A picture or a video on black.
 * @param {Phone} phone
 * @param {HTMLElement} media
 */
export function viewer(phone, media) {
  return h("div", { class: "viewer" }, h("button", { type: "button", class: "round", "aria-label": "关闭", on: { click: () => phone.hide() } }, icon("close")), media);
}

/**
 * A question with one line of answer.
 * @param {Phone} phone
 * @param {string} title
 * @param {string} hint
 * @param {(words: string, unticked: boolean) => void} answer
 * @param {string} extra the label of a tick; without it there is none
 */
export function prompt(phone, title, hint, answer, extra = "") {
  const text = h("textarea", { rows: 3, placeholder: hint, "aria-label": title, maxlength: 600 });
  const tick = extra ? h("input", { type: "checkbox" }) : null;
  const submit = () => {
    const words = text.value.trim();
    if (!words) return;
    phone.hide();
    answer(words, !tick?.checked);
  };
  return h(
    "div",
    { class: "low" },
    h("div", { class: "low-card" }, sheetBar(phone, title), text, tick && h("label", {}, tick, extra), h("button", { type: "button", class: "primary", text: "发送", on: { click: submit } })),
  );
}

/**
 * Choosing a picture: built-in ones, or a file.
 * @param {Phone} phone
 * @param {string} button the menu button's type, when the menu asked for the picture
 * @param {string} key
 */
export function pictures(phone, button = "", key = "") {
  const file = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif", "aria-label": "从这台设备选图片" });
  file.addEventListener("change", () => {
    const [picture] = file.files ?? [];
    if (picture) {
      phone.file("picture", picture, button, key);
      phone.hide();
    }
  });
  return h(
    "div",
    { class: "low" },
    h(
      "div",
      { class: "low-card" },
      sheetBar(phone, "发一张图片"),
      h(
        "div",
        { class: "samples" },
        phone.shared.samples.map((sample) =>
          h("button", { type: "button", on: { click: () => { phone.hide(); phone.do({ do: "sample", name: sample.key, button, key }); } } }, h("img", { src: `samples/${sample.key}`, alt: "" }), h("span", { text: sample.label })),
        ),
      ),
      h("label", { class: "own" }, h("span", { text: "从这台设备里选一张" }), file),
    ),
  );
}

/**
 * The account's page: following, receiving, subscription notices, codes.
 * @param {Phone} phone
 */
export function profile(phone) {
  const { person, shared } = phone;
  /**
   * @param {string} label
   * @param {string} value
   * @param {() => void} act
   */
  const row = (label, value, act) => h("button", { type: "button", class: "row", on: { click: () => { phone.hide(); act(); } } }, h("span", { text: label }), h("b", { text: value }));
  /**
   * @param {string} template
   * @param {string} label
   * @param {boolean} accept
   */
  const popup = (template, label, accept) => h("button", { type: "button", text: label, on: { click: () => { phone.hide(); phone.do({ do: "popup", template, accept }); } } });
  const scene = h("input", { type: "text", placeholder: "例如 tousu", "aria-label": "二维码参数", maxlength: 64 });
  return h(
    "div",
    { class: "sheet profile" },
    sheetBar(phone, "公众号资料"),
    h("div", { class: "who" }, h("img", { src: "static/logo.svg", alt: "", width: 64, height: 64 }), h("strong", { text: shared.account.name }), h("small", { text: "云溪县网络问政服务号（沙盒）" })),
    h(
      "div",
      { class: "rows" },
      person.following ? row("已关注", "取消关注", () => phone.do({ do: "unfollow" })) : row("未关注", "关注", () => phone.do({ do: "follow" })),
      row("接收消息", person.refuses ? "已关闭，点此打开" : "已打开，点此关闭", () => phone.do({ do: "refuse", refuses: !person.refuses })),
      h("div", { class: "row" }, h("span", { text: "客服消息额度" }), h("b", { text: person.left ? `还可以收 ${person.left} 条` : "已用完，等本人说话" })),
    ),
    h("h2", { text: "订阅通知" }),
    h(
      "div",
      { class: "rows" },
      shared.notices.map((notice) =>
        h(
          "div",
          { class: "row" },
          h("span", {}, notice.title, h("small", { text: `还允许 ${person.accepts[notice.id] ?? 0} 次` })),
          h("span", { class: "pair" }, popup(notice.id, "允许", true), popup(notice.id, "拒绝", false)),
        ),
      ),
    ),
    h("h2", { text: "扫带参数的二维码" }),
    h("div", { class: "rows" }, h("form", { class: "row", on: { submit: (event) => { event.preventDefault(); if (scene.value.trim()) { phone.hide(); phone.do({ do: "scan", scene: scene.value.trim() }); } } } }, scene, h("button", { type: "submit", text: "扫一扫" }))),
  );
}
