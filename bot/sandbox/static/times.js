// The sandbox's time: always shown as in China, running on between what the server says.

const ZONE = "Asia/Shanghai";
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "long", day: "numeric", weekday: "short" });
const minute = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const second = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const short = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const key = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

let offset = 0;

/**
 * Takes over the server's time.
 * @param {number} seconds as everywhere: Unix time
 */
export function setNow(seconds) {
  offset = seconds * 1000 - Date.now();
}

export const now = () => (Date.now() + offset) / 1000;
/** @param {number} seconds */
export const hourMinute = (seconds) => minute.format(seconds * 1000);
/** @param {number} seconds */
export const exact = (seconds) => second.format(seconds * 1000);
/** @param {number} seconds */
export const full = (seconds) => `${day.format(seconds * 1000).replace(/周/, " 周")} ${hourMinute(seconds)}`;

/**
 * As WeChat writes a time between messages.
 * @param {number} seconds
 */
export function spoken(seconds) {
  const time = hourMinute(seconds);
  const then = key.format(seconds * 1000);
  if (then === key.format(now() * 1000)) return time;
  if (then === key.format((now() - 86400) * 1000)) return `昨天 ${time}`;
  return `${short.format(seconds * 1000)} ${time}`;
}
