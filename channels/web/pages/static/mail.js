/** Keeps the list of mail fresh: new ones come on top and open, and whatever a reader opened stays as it is. */

const EVERY_MS = 4000;
const list = document.getElementById("mail");
const { timeZone, to, new: announcement } = list.dataset;
// English dates are British here, as in all that is said.
const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

function format(options) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat(locale, options); // a zone this browser does not know
  }
}

const day = format({ day: "numeric", month: "long", year: "numeric" });
const clock = format({ hour: "2-digit", minute: "2-digit" });

/** An element with text or children. Text only ever enters through textContent. */
function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

function letter(mail) {
  const at = new Date(mail.at);
  const line = `${to.replace("{to}", () => mail.to)} · ${day.format(at)}, ${clock.format(at)}`;
  const summary = element("summary", "", element("span", "subject", mail.subject), " ", element("span", "to", line));
  const item = element("li", "", element("details", "", summary, element("p", "letter", mail.text)));
  item.dataset.id = mail.id;
  return item;
}

function show(mails) {
  const shown = new Set([...list.children].map((item) => item.dataset.id));
  const fresh = mails.filter((mail) => !shown.has(mail.id));
  if (!fresh.length) return;
  // What opened by itself closes when a newer one comes; what the reader opened stays.
  for (const details of list.querySelectorAll("details:not([data-touched])")) details.open = false;
  const before = list.getBoundingClientRect().height;
  list.prepend(...fresh.map(letter));
  list.querySelector("details").open = true;
  // Who reads further down keeps the line on the same spot. Browsers that anchor by themselves have nothing left to do.
  if (list.getBoundingClientRect().top < 0 && !CSS.supports("overflow-anchor", "auto")) {
    scrollBy(0, list.getBoundingClientRect().height - before);
  }
  document.getElementById("no-mail").hidden = true;
  document.getElementById("announce").textContent = announcement.replace("{subject}", () => fresh[0].subject);
}

async function look() {
  try {
    const answer = await fetch("/demo/mail", { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok) show((await answer.json()).mail);
  } catch {
    // The server is away; the next look may find it again.
  }
}

list.addEventListener("click", (event) => {
  const details = event.target.closest("summary")?.parentElement;
  if (details) details.dataset.touched = "";
});

// With a script there is nothing to press.
document.getElementById("again").hidden = true;

(async function watch() {
  await look();
  setTimeout(watch, EVERY_MS);
})();
