/** Small helpers for building the page. Text only ever enters through textContent. */

const data = document.body.dataset;

export const company = data.company;
/** The language of the page. */
export const language = document.documentElement.lang;

const words = JSON.parse(document.getElementById("words").textContent);

/** The page's word of this name, with what stands in braces filled in. */
export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_, value) => values[value]);
}

/** An element with a class, text and children; `options.on` is its click handler. */
export function element(tag, { className, text, attributes = {}, children = [], on } = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  if (on) node.addEventListener("click", on);
  return node;
}

export const byId = (id) => document.getElementById(id);

// English dates are British here, as in what the assistant says.
const locale = language === "en" ? "en-GB" : language;

function format(options) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: data.timeZone || undefined });
  } catch {
    return new Intl.DateTimeFormat(locale, options); // a zone this browser does not know
  }
}

const dates = format({ day: "numeric", month: "long", year: "numeric" });
const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const times = format({ hour: "2-digit", minute: "2-digit" });

/** "30 November 2026", as the page's language writes it; a date without a time is that day everywhere. */
export function day(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso ?? "";
  return (/^\d{4}-\d\d-\d\d$/.test(iso) ? days : dates).format(date);
}

/** "14:02", in the company's time zone. */
export function clock(iso) {
  const date = iso ? new Date(iso) : new Date();
  return Number.isNaN(date.getTime()) ? "" : times.format(date);
}

/** Says something to screen readers that is visible elsewhere on the page. */
export function announce(text) {
  byId("announce").textContent = text;
}

/** The address if a link may lead there, else null: never a javascript: or data: address. */
export function safeLink(url) {
  try {
    const target = new URL(url, location.href);
    return ["http:", "https:"].includes(target.protocol) ? target.href : null;
  } catch {
    return null;
  }
}
