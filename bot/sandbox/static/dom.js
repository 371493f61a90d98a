// Small helpers: elements without markup strings, icons, requests.

const SVG = "http://www.w3.org/2000/svg";

/** An element. `props`: class, text, on (events), data, hidden, or plain attributes. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, props);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same for SVG. */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, props);
  element.append(...children.flat(Infinity));
  return element;
}

function apply(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "colour") element.style.setProperty("--colour", value);
    else element.setAttribute(name, value === true ? "" : value);
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

/** A line icon. */
export function icon(name) {
  return s("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
}

let toastTimer = 0;

/** A short word at the foot of the page. */
export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("shown"), 2600);
}

/** Send to the sandbox; returns its answer, or null after saying what went wrong. */
export async function send(path, body, type = "application/json") {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "X-Sandbox": "1", "Content-Type": type },
      body: type === "application/json" ? JSON.stringify(body) : body,
    });
    if (response.ok) return await response.json();
    const told = response.headers.get("Content-Type")?.includes("json") ? (await response.json()).problem : await response.text();
    toast(told || "没有成功，再试一次");
  } catch {
    toast("连不上沙盒，服务是不是停了？");
  }
  return null;
}

/** A click that also works with Enter and Space, for things that are not buttons. */
export function tappable(act) {
  return {
    click: act,
    keydown: (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        act(event);
      }
    },
  };
}

export function sheetBar(phone, title, ...extra) {
  return h("div", { class: "sheet-bar" }, h("button", { type: "button", class: "round", "aria-label": "关闭", on: { click: () => phone.hide() } }, icon("close")), h("strong", { text: title }), h("span", { class: "extra" }, ...extra));
}
