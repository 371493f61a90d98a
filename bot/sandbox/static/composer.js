// The foot of a chat: examples, the menu, the input line, and the tray behind the plus.

import { h, icon, toast } from "./dom.js";
import { pictures, prompt } from "./sheets.js";

/** @import { IconName } from "./dom.js" */
/** @import { Phone } from "./phone.js" */

/** @param {Phone} phone */
export function composer(phone) {
  const root = h("div", { class: "composer" });
  const tray = h("div", { class: "tray", hidden: true });
  let menuShown = phone.shared.menu.length > 0;

  const text = h("textarea", { rows: 1, "aria-label": "输入消息", maxlength: 5000, enterkeyhint: "send" });
  const plus = h("button", { type: "button", class: "tool", "aria-label": "更多：图片、位置、语音、视频", "aria-expanded": "false" }, icon("plus"));
  const submit = h("button", { type: "button", class: "send", text: "发送", hidden: true });

  function sized() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 96)}px`;
    const empty = text.value.trim() === "";
    submit.hidden = empty;
    plus.hidden = !empty;
  }
  async function say() {
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    sized();
    if (!(await phone.do({ do: "say", text: words }))) {
      text.value = words;
      sized();
    }
  }
  text.addEventListener("input", sized);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say();
    }
  });
  submit.addEventListener("click", say);
  plus.addEventListener("click", () => {
    tray.hidden = !tray.hidden;
    plus.setAttribute("aria-expanded", String(!tray.hidden));
    phone.bottom();
  });
  fillTray(tray, phone, () => plus.click());

  const speak = () => phone.show(prompt(phone, "按住说话", "沙盒里用打字代替说话", (words, recognised) => phone.do({ do: "voice", text: words, recognised }), "平台没听清（不给识别结果）"));
  const line = h("div", { class: "input" });
  function draw() {
    const toggle = phone.shared.menu.length
      ? h("button", { type: "button", class: "tool", "aria-label": menuShown ? "换成键盘" : "换成菜单", on: { click: () => { menuShown = !menuShown; tray.hidden = true; draw(); if (!menuShown) text.focus(); } } }, icon(menuShown ? "keyboard" : "lines"))
      : null;
    line.className = menuShown ? "input with-menu" : "input";
    const rest = menuShown ? menuButtons(phone) : [h("button", { type: "button", class: "tool", "aria-label": "语音", on: { click: speak } }, icon("mic")), text, submit, plus];
    line.replaceChildren(...(toggle ? [toggle] : []), ...rest);
  }
  draw();
  root.append(examples(phone), line, tray);
  return root;
}

/** @param {Phone} phone */
function examples(phone) {
  if (!phone.person.examples.length) return "";
  return h(
    "div",
    { class: "examples", role: "group", "aria-label": "试试看" },
    h("span", {}, icon("bulb"), "试试看"),
    phone.person.examples.map((words) => h("button", { type: "button", text: words, title: words, on: { click: () => phone.do({ do: "say", text: words }) } })),
  );
}

/** @param {Phone} phone */
function menuButtons(phone) {
  return phone.shared.menu.map((top) => {
    const below = top.sub_button ?? [];
    if (!below.length) return h("div", { class: "entry" }, h("button", { type: "button", text: top.name, on: { click: () => phone.press(top) } }));
    const list = h("div", { class: "below", role: "menu", hidden: true }, below.map((button) => h("button", { type: "button", role: "menuitem", text: button.name, on: { click: () => { list.hidden = true; phone.press(button); } } })));
    const opener = h("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("lines"), top.name);
    const entry = h("div", { class: "entry" }, list, opener);
    /** @param {boolean} open */
    const set = (open) => {
      list.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
    };
    opener.addEventListener("click", () => {
      const open = list.hidden;
      /** @type {NodeListOf<HTMLElement>} */
      const lists = phone.foot.querySelectorAll(".below");
      for (const other of lists) other.hidden = true;
      set(open);
      if (open) list.querySelector("button")?.focus();
    });
    entry.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        set(false);
        opener.focus();
      }
    });
    entry.addEventListener("focusout", (event) => {
      const next = event.relatedTarget;
      if (!(next instanceof Node) || !entry.contains(next)) set(false);
    });
    return entry;
  });
}

/**
 * @param {HTMLElement} tray
 * @param {Phone} phone
 * @param {() => void} close
 */
function fillTray(tray, phone, close) {
  /**
   * @param {IconName} name
   * @param {string} label
   * @param {() => void} act
   */
  const item = (name, label, act) => h("button", { type: "button", on: { click: () => { close(); act(); } } }, h("i", {}, icon(name)), h("span", { text: label }));
  const film = h("input", { type: "file", accept: "video/mp4", hidden: true });
  film.addEventListener("change", () => {
    const [file] = film.files ?? [];
    if (file) phone.file("video", file);
    film.value = "";
  });
  tray.append(
    item("picture", "图片", () => phone.show(pictures(phone))),
    item("pin", "位置", () => phone.locate()),
    item("mic", "语音", () => phone.show(prompt(phone, "按住说话", "沙盒里用打字代替说话", (words, recognised) => phone.do({ do: "voice", text: words, recognised }), "平台没听清（不给识别结果）"))),
    item("film", "视频", () => phone.do({ do: "video" })),
    item("link", "转发文章", () => { phone.do({ do: "share", title: "云溪县公布今年民生实事清单", description: "路灯、菜场、公交站台都在其中", url: "https://example.com/yunxi" }); }),
    item("out", "本机视频", () => (film.isConnected ? film.click() : toast("选不了文件"))),
    film,
  );
}
