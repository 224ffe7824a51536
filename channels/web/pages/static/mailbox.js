/** The list of mail the demo sent, newest first and open, kept fresh without disturbing a reader. */

import { mail as fetchMail } from "./api.js";
import { announce, byId, clock, day, element, say } from "./dom.js";

const EVERY_MS = 4000;
const shown = new Map(); // mail id -> its <li>
let first = true;

function letter(mail) {
  const body = element("p", { className: "letter", text: mail.text });
  const details = element("details", {
    children: [
      element("summary", {
        children: [
          element("span", { className: "subject", text: mail.subject }),
          element("span", { className: "to", text: `${mail.to} · ${clock(mail.at)}` }),
        ],
      }),
      body,
    ],
  });
  // A letter the reader opened stays open; one that opened by itself closes when a newer one comes.
  details.firstChild.addEventListener("click", () => { details.dataset.touched = ""; });
  return element("li", { children: [details], attributes: { title: `${day(mail.at)}, ${clock(mail.at)}` } });
}

function update(mails) {
  const present = new Set(mails.map((mail) => mail.id));
  for (const [id, item] of shown) {
    if (!present.has(id)) {
      item.remove();
      shown.delete(id);
    }
  }
  const fresh = mails.filter((mail) => !shown.has(mail.id));
  for (const mail of [...fresh].reverse()) {
    const item = letter(mail);
    shown.set(mail.id, item);
    byId("mail").prepend(item);
  }
  if (fresh.length) {
    for (const [id, item] of shown) {
      const details = item.firstChild;
      if (!("touched" in details.dataset)) details.open = id === mails[0].id;
    }
    if (!first) announce(say("demo_new_mail", { subject: fresh[0].subject }));
  }
  byId("no-mail").hidden = shown.size > 0;
  first = false;
}

/** Looks for new mail once; a failure is shown by the service line, not here. */
export async function lookForMail() {
  update(await fetchMail().catch(() => [...shown.keys()].map((id) => ({ id }))));
}

/** Keeps looking. */
export async function watchMail() {
  await lookForMail();
  setTimeout(watchMail, EVERY_MS);
}
