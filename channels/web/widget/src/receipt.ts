/** A receipt in the conversation: a slip of paper one can open, print and copy. */

import { button, el, put } from "./dom";
import { later, page, win } from "./natives";
import type { Receipt } from "./protocol";
import { safe, type Words } from "./words";

export function receiptCard(receipt: Receipt, words: Words): HTMLElement {
  const kind = receipt.kind === "undo" ? "undo" : receipt.kind === "cancel" ? "cancel" : "other";
  const title = words.say("receipt_" + kind, { plan: receipt.subscription });
  const facts: [string, string][] = [
    [words.say("receipt_number"), receipt.number],
    [words.say(kind === "cancel" ? "receipt_ends" : "receipt_from"), words.day(receipt.effective_at)],
    [words.say("receipt_received"), words.day(receipt.received_at) + ", " + words.time(receipt.received_at)],
  ];
  const list = el("dl");
  let copied = title;
  for (let i = 0; i < facts.length; i++) {
    const [label, value] = facts[i]!;
    put(list, put(el("div"), el("dt", "", label), el("dd", i ? "" : "mono", value)));
    copied += "\n" + label + ": " + value;
  }
  const url = safe(receipt.url);
  const ways = el("p", "ways");
  if (url) {
    copied += "\n" + url;
    put(ways, link(words.say("receipt_open"), url, receipt.number), link(words.say("receipt_print"), url + "#print", receipt.number));
  }
  put(ways, copyButton(copied, words));
  return put(el("div", "lift"), put(el("div", "slip"), el("p", "slip-title", title), list, ways));
}

function link(text: string, href: string, number: string): HTMLElement {
  return el("a", "", text, { href, target: "_blank", rel: "noopener", "aria-label": text + ", " + number });
}

function copyButton(text: string, words: Words): HTMLButtonElement {
  const node = button("link", words.say("receipt_copy"), async () => {
    const done = await copy(text, node);
    node.textContent = words.say(done ? "receipt_copied" : "receipt_not_copied");
    later(() => (node.textContent = words.say("receipt_copy")), 4_000);
  });
  return node;
}

/** Into the clipboard, also where the site is not served over https. */
async function copy(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await win.navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el("textarea", "sr");
    field.value = text;
    put(near.parentNode!, field);
    field.select();
    const done = page.execCommand("copy");
    field.parentNode!.removeChild(field);
    near.focus();
    return done;
  }
}
