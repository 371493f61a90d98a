// One message of a chat as elements. Nothing a bot sends is ever read as markup.

import { h, icon, s, tappable } from "./dom.js";

/** @import { Article, TemplateCard, Content, Menu, Picture, MapPoint, Video, Voice } from "../types.js" */
/** @import { Leaf } from "./dom.js" */

const URL_IN_TEXT = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/g;
const ANCHOR = /<a\s+([^>]*)>([\s\S]*?)<\/a>/gi;

/**
 * What tapping in a bubble does on its phone.
 * @typedef {object} Acts
 * @property {(url: string) => void} open
 * @property {(text: string, menuId: string) => void} say
 * @property {(src: string) => void} see shows a picture
 * @property {(src: string) => void} watch shows a video
 */

/**
 * @param {Content} content
 * @param {Acts} acts
 * @returns {HTMLElement}
 */
export function bubble(content, acts) {
  switch (content.type) {
    case "text":
      return h("div", { class: "bubble words" }, words(content.text, acts));
    case "menu":
      return menu(content, acts);
    case "picture":
      return picture(content, acts);
    case "voice":
      return voice(content);
    case "video":
      return video(content, acts);
    case "place":
      return place(content);
    case "news":
      return h("div", { class: "card news" }, content.articles.map((article, index) => articleRow(article, index, acts)));
    case "music":
      return h("div", { class: "card news", role: "link", tabindex: "0", on: tappable(() => acts.open(content.url)) }, h("strong", { text: content.title }), h("small", { text: content.description }));
    case "card":
      return card(content, acts);
    case "notice":
      return h("div", { class: "notice", text: content.text });
  }
}

/**
 * @param {Menu} content
 * @param {Acts} acts
 */
function menu(content, acts) {
  return h(
    "div",
    { class: "bubble words" },
    content.head && h("div", {}, words(content.head, acts)),
    content.choices.map((choice) =>
      h("button", { type: "button", class: "choice", text: choice.content, on: { click: () => acts.say(choice.content, choice.id) } }),
    ),
    content.tail && h("div", {}, words(content.tail, acts)),
  );
}

/**
 * @param {Picture} content
 * @param {Acts} acts
 */
function picture(content, acts) {
  const src = file(content.media_id);
  return h(
    "button",
    { type: "button", class: "shot", "aria-label": "看大图", on: { click: () => acts.see(src) } },
    h("img", { src, alt: "图片", loading: "lazy" }),
  );
}

/** @param {Voice} content */
function voice(content) {
  return h(
    "div",
    { class: "voice" },
    h("div", { class: "bubble sound", "aria-label": `语音 ${content.seconds} 秒` }, waves(), h("span", { text: `${content.seconds}″` })),
    content.words && h("div", { class: "heard", text: content.words }),
  );
}

/**
 * @param {Video} content
 * @param {Acts} acts
 */
function video(content, acts) {
  return h(
    "button",
    { type: "button", class: "shot film", "aria-label": "看视频", on: { click: () => acts.watch(file(content.media_id)) } },
    content.thumb_id ? h("img", { src: file(content.thumb_id), alt: "视频" }) : h("span", { class: "black" }),
    h("span", { class: "play" }, icon("play")),
  );
}

/** @param {MapPoint} content */
function place(content) {
  return h(
    "div",
    { class: "card place" },
    h("strong", { text: content.label || "一个位置" }),
    h("small", { text: `${content.latitude.toFixed(5)}, ${content.longitude.toFixed(5)}` }),
    smallMap(),
  );
}

/**
 * @param {TemplateCard} content
 * @param {Acts} acts
 */
function card(content, acts) {
  const opens = Boolean(content.url);
  return h(
    "div",
    { class: "card form", ...(opens ? { role: "link", tabindex: "0", on: tappable(() => acts.open(content.url)) } : {}) },
    h("strong", { text: content.title }),
    content.subscription && h("small", { text: "订阅通知" }),
    h("dl", {}, content.fields.map((field) => [h("dt", { text: field.label }), h("dd", { text: field.value })])),
    opens && h("div", { class: "foot" }, h("span", { text: "查看详情" }), icon("chevron")),
  );
}

/** @param {string} id */
const file = (id) => `api/files/${encodeURIComponent(id)}`;

/**
 * @param {Article} article
 * @param {number} index
 * @param {Acts} acts
 */
function articleRow(article, index, acts) {
  const safe = /^https:\/\//.test(article.picture) || article.picture.startsWith(location.origin);
  return h(
    "div",
    { class: index ? "article" : "article first", role: "link", tabindex: "0", on: tappable(() => acts.open(article.url)) },
    h("strong", { text: article.title }),
    h("div", { class: "row" }, h("small", { text: article.description }), safe && h("img", { src: article.picture, alt: "" })),
  );
}

/**
 * Text with links: `<a href>` as the platform allows, bare addresses, and lines that send words when tapped.
 * @param {string} text
 * @param {Acts} acts
 */
function words(text, acts) {
  /** @type {Leaf[]} */
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(ANCHOR)) {
    const [whole, attributes = "", label = ""] = found;
    parts.push(...bare(text.slice(at, found.index), acts), anchor(attributes, label, acts));
    at = found.index + whole.length;
  }
  parts.push(...bare(text.slice(at), acts));
  return parts;
}

/**
 * @param {string} text without `<a>`
 * @param {Acts} acts
 */
function bare(text, acts) {
  /** @type {Leaf[]} */
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(URL_IN_TEXT)) {
    const url = found[0].replace(/[.,;:!?)]+$/, "");
    parts.push(text.slice(at, found.index), link(url, url, acts));
    at = found.index + url.length;
  }
  parts.push(text.slice(at));
  return parts;
}

/**
 * @param {string} attributes
 * @param {string} label
 * @param {Acts} acts
 */
function anchor(attributes, label, acts) {
  const href = /href\s*=\s*["']([^"']*)["']/i.exec(attributes)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const plain = label.replace(/<[^>]*>/g, "");
  if (href.startsWith("weixin://bizmsgmenu?")) {
    const query = new URLSearchParams(href.slice(href.indexOf("?") + 1));
    const say = query.get("msgmenucontent") || plain;
    return h("button", { type: "button", class: "inline", text: plain, on: { click: () => acts.say(say, query.get("msgmenuid") ?? "") } });
  }
  return /^https?:\/\//.test(href) ? link(href, plain, acts) : plain;
}

/**
 * @param {string} url
 * @param {string} label
 * @param {Acts} acts
 */
function link(url, label, acts) {
  return h("a", { href: url, text: label, on: { click: (event) => { event.preventDefault(); acts.open(url); } } });
}

function waves() {
  return s(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    s("path", { d: "M7 12h.01M10.5 8.500a5 5 0 0 1 0 7M14 6a8.5 8.5 0 0 1 0 12" }),
  );
}

function smallMap() {
  return s(
    "svg",
    { viewBox: "0 0 220 84", class: "thumb", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" },
    s("rect", { width: 220, height: 84, fill: "#eef0ea" }),
    s("path", { d: "M-5 70C50 48 90 80 140 60s60-6 90-16", stroke: "#a9d3ef", "stroke-width": 16, fill: "none" }),
    s("path", { d: "M0 30h220M64-4l10 92M160-4l-6 92", stroke: "#fff", "stroke-width": 9, fill: "none" }),
    s("path", { d: "M110 56c10-11 15-18 15-25a15 15 0 0 0-30 0c0 7 5 14 15 25z", fill: "#e0493c" }),
    s("circle", { cx: 110, cy: 31, r: 5.5, fill: "#fff" }),
  );
}
