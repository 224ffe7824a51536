/** One conversation on screen: messages in order of `seq`, each shown once. */

import { announce, byId, clock, company, day, element, safeLink, say } from "./dom.js";

const scroll = byId("scroll");
let top = 0; // where this page last scrolled to
let pinned = true; // whether the reader is where this page left them, rather than reading back
scroll.addEventListener("scroll", () => {
  const toEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  pinned = toEnd < 48 || Math.abs(scroll.scrollTop - top) < 4;
}, { passive: true });

/**
 * Brings the newest into view, unless the reader has scrolled back. A long answer is shown from
 * `item` on, its start: what happened is read before what is asked.
 */
export function follow(item, always = false) {
  if (always) pinned = true;
  if (!pinned) return;
  requestAnimationFrame(() => {
    scroll.scrollTop = item?.isConnected ? item.offsetTop - scroll.offsetTop - 12 : scroll.scrollHeight;
    top = scroll.scrollTop;
  });
}

const RECEIPT_WORDS = {
  cancel: ["demo_receipt_cancel", "demo_receipt_ends"],
  undo: ["demo_receipt_undo", "demo_receipt_from"],
};

function row(label, value) {
  return element("div", { children: [element("dt", { text: label }), element("dd", { text: value })] });
}

function receiptCard(receipt) {
  const [title, until] = RECEIPT_WORDS[receipt.kind] ?? ["demo_receipt", "demo_receipt_from"];
  const url = safeLink(receipt.url);
  const facts = [row(say("demo_receipt"), receipt.number)];
  facts[0].lastChild.className = "mono";
  if (receipt.effective_at) facts.push(row(say(until), day(receipt.effective_at)));
  if (receipt.received_at) facts.push(row(say("demo_receipt_received"), `${day(receipt.received_at)}, ${clock(receipt.received_at)}`));
  const link = url && element("a", {
    text: say("demo_open_receipt"),
    attributes: { href: url, target: "_blank", rel: "noopener", "aria-label": say("demo_open_receipt_number", { number: receipt.number }) },
  });
  return element("div", {
    className: "sheet-lift slip",
    children: [
      element("div", {
        className: "sheet",
        children: [
          element("div", {
            className: "slip-head",
            children: [element("p", { className: "slip-title", text: `${say(title)}: ${receipt.subscription}` }), link],
          }),
          element("dl", { children: facts }),
        ],
      }),
    ],
  });
}

export class Thread {
  /** `onPress(button, message, restore)` is called once per press; `restore` makes the group pressable again. */
  constructor(container, { onPress, pressed }) {
    this.onPress = onPress;
    this.pressed = pressed;
    this.seen = new Set();
    this.waiting = []; // own messages whose seq is not known yet, oldest first
    this.list = element("ol", { className: "thread", attributes: { role: "log", "aria-label": say("demo_messages"), "aria-live": "off" } });
    container.append(this.list);
  }

  show(visible) {
    this.list.hidden = !visible;
  }

  /** What is there so far is history and is not read out; what comes from now on is. */
  live() {
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  get empty() {
    return !this.list.firstChild;
  }

  remove() {
    this.list.remove();
  }

  /** A new session numbers from the start: keep what is shown, forget its numbers; `unsent` go into the new one. */
  startOver(unsent) {
    this.seen.clear();
    this.waiting = [...unsent];
    for (const item of this.list.children) delete item.dataset.seq;
  }

  /** Shows what the customer just said and returns a view to report what became of it. */
  own(text) {
    const meta = element("p", { className: "meta", text: say("demo_sending") });
    const item = element("li", {
      className: "own",
      children: [element("span", { className: "sr-only", text: say("demo_you") }), element("p", { className: "bubble", text }), meta],
    });
    this.list.append(item);
    this.asked = item;
    follow(item, true);
    const view = { item, text, at: clock(), say: (state, words, retry) => this.#state(view, meta, state, words, retry) };
    this.waiting.push(view);
    return view;
  }

  #state(view, meta, state, words, retry) {
    view.item.dataset.state = state;
    meta.textContent = words;
    if (retry) meta.append(" ", element("button", { className: "link", text: say("demo_try_again"), attributes: { type: "button" }, on: retry }));
    if (state === "unsent" || state === "refused") announce(words);
    if (state === "refused") this.waiting = this.waiting.filter((other) => other !== view);
  }

  /**
   * Takes a message of the conversation, `unasked` if nobody waits for it; returns whether it was
   * not shown before and is not the customer's own.
   */
  receive(message, unasked = false) {
    if (this.seen.has(message.seq)) return false;
    this.seen.add(message.seq);
    if (message.from === "customer") {
      this.#adopt(message);
      return false;
    }
    const item = this.#render(message);
    this.#place(item, message.seq);
    follow(unasked ? item : this.asked);
    return true;
  }

  /** The server's copy of an own message gives the one on screen its number; texts may differ by masking. */
  #adopt(message) {
    const same = this.waiting.findIndex((view) => view.text === message.text);
    const [view] = this.waiting.splice(Math.max(same, 0), 1);
    if (view) {
      view.item.dataset.seq = message.seq;
      return;
    }
    const item = element("li", {
      className: "own",
      children: [
        element("span", { className: "sr-only", text: say("demo_you") }),
        element("p", { className: "bubble", text: message.text }),
        element("p", { className: "meta", text: clock(message.at) }),
      ],
    });
    this.#place(item, message.seq);
  }

  #place(item, seq) {
    item.dataset.seq = seq;
    const next = [...this.list.children].find((other) => Number(other.dataset.seq) > seq);
    this.list.insertBefore(item, next ?? null);
  }

  #render(message) {
    const staff = message.from === "staff";
    const item = element("li", { className: `theirs ${staff ? "staff" : ""}`.trim(), attributes: { "data-kind": message.kind ?? "text" } });
    const sender = staff ? say("demo_person", { company }) : `${company}:`;
    item.append(element("span", { className: staff ? "sender" : "sr-only", text: sender }));
    if (message.text) item.append(element("p", { className: "bubble", text: message.text }));
    if (message.receipt) item.append(receiptCard(message.receipt));
    if (message.buttons?.length) item.append(this.#choices(message));
    return item;
  }

  #choices(message) {
    const group = element("div", { className: "choices", attributes: { role: "group", "aria-label": say("demo_answers") } });
    // aria-disabled instead of disabled: the keyboard keeps its place in the conversation.
    const settle = (chosen) => {
      for (const button of group.children) {
        button.toggleAttribute("data-chosen", button.dataset.name === chosen);
        if (chosen) button.setAttribute("aria-disabled", "true");
        else button.removeAttribute("aria-disabled");
        if (button.dataset.name === chosen) button.setAttribute("aria-pressed", "true");
        else button.removeAttribute("aria-pressed");
      }
    };
    for (const choice of message.buttons) {
      const press = (event) => {
        if (event.currentTarget.getAttribute("aria-disabled")) return;
        settle(choice.name);
        this.onPress(choice, message, () => settle(null));
      };
      group.append(element("button", {
        className: "pill",
        text: choice.title,
        attributes: { type: "button", "data-name": choice.name },
        on: press,
      }));
    }
    if (this.pressed[message.seq]) settle(this.pressed[message.seq]);
    return group;
  }
}
