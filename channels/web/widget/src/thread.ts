/** The conversation on screen: messages in order of their numbers, each shown once. */

import type { Client } from "./client";
import { button, el, put } from "./dom";
import { bare, later } from "./natives";
import type { Line } from "./protocol";
import { receiptCard } from "./receipt";
import type { Outgoing } from "./store";
import type { Words } from "./words";

/** More than this from the end, and somebody is reading back. */
const NEAR = 64;

export class Thread {
  readonly list = el("ol", "thread");
  readonly #scroll: HTMLElement;
  readonly #words: Words;
  readonly #client: () => Client;
  readonly #announce: (text: string) => void;
  #shown: Record<number, HTMLElement> = bare({});
  #own: Record<string, HTMLElement> = bare({});
  #asked: HTMLElement | undefined;

  constructor(scroll: HTMLElement, words: Words, client: () => Client, announce: (text: string) => void) {
    this.#scroll = scroll;
    this.#words = words;
    this.#client = client;
    this.#announce = announce;
  }

  get empty(): boolean {
    return !this.list.firstChild;
  }

  clear(): void {
    this.#shown = bare({});
    this.#own = bare({});
    this.#asked = undefined;
    this.list.textContent = "";
  }

  /** Shows a message, once; `live` ones are announced. */
  show(line: Line, live: boolean): void {
    if (this.#shown[line.seq]) return;
    const own = line.id ? this.#own[line.id] : undefined;
    if (own) {
      this.#shown[line.seq] = own;
      own.setAttribute("data-seq", "" + line.seq);
      this.#place(own, line.seq);
      mark(own, this.#words.time(line.at), "sent");
      return;
    }
    const item = line.from === "customer" ? this.#mine(line.text, this.#words.time(line.at)) : this.#theirs(line);
    item.setAttribute("data-seq", "" + line.seq);
    this.#shown[line.seq] = item;
    const follows = this.#nearEnd();
    this.#place(item, line.seq);
    if (follows) this.follow(live ? this.#asked : undefined);
    if (live && line.from !== "customer") this.#announce(line.text);
  }

  /** Shows what waits to be sent, at the end. */
  pending(entries: Outgoing[]): void {
    for (let i = 0; i < entries.length; i++) {
      const { id, title } = entries[i]!;
      if (this.#own[id]) continue;
      const item = (this.#own[id] = this.#asked = this.#mine(title, this.#words.say("sending")));
      item.setAttribute("data-state", "sending");
      this.list.appendChild(item);
      this.follow();
    }
  }

  /** It will never get through. */
  refused(id: string): void {
    const item = this.#own[id];
    if (!item) return;
    mark(item, this.#words.say("refused"), "refused");
    this.#announce(this.#words.say("refused"));
  }

  /** What waits is not sent yet, or is on its way. */
  waiting(words: string): void {
    for (const id in this.#own) {
      const item = this.#own[id]!;
      if (item.getAttribute("data-state") === "sending") mark(item, words, "sending");
    }
  }

  /**
   * Brings the newest into view. A long answer is shown from what was asked on: what happened is read before
   * what comes after it.
   */
  follow(item?: HTMLElement): void {
    const top = item ? item.offsetTop - 12 : this.#scroll.scrollHeight;
    this.#scroll.scrollTop = top;
  }

  #nearEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR || (!!this.#asked && scrollTop <= this.#asked.offsetTop);
  }

  /** Messages come in order, but for older ones, and for what is still being sent: that stays at the end. */
  #place(item: HTMLElement, seq: number): void {
    let before: Element | null = null;
    for (let other = this.list.lastElementChild; other; other = other.previousElementSibling) {
      const number = +(other.getAttribute("data-seq") || Infinity);
      if (number < seq) break;
      if (other !== item) before = other;
    }
    this.list.insertBefore(item, before);
  }

  #mine(text: string, meta: string): HTMLElement {
    const item = el("li", "own", undefined, { "data-from": "customer" });
    return put(item, el("span", "sr", this.#words.say("you")), el("p", "bubble", text), el("p", "meta", meta));
  }

  #theirs(line: Line): HTMLElement {
    const staff = line.from === "staff";
    const item = el("li", "theirs", undefined, { "data-from": line.from, "data-kind": line.kind });
    put(item, el("span", staff ? "sender" : "sr", this.#words.say(staff ? "staff" : "them")));
    if (line.text) put(item, el("p", "bubble", line.text));
    if (line.receipt) put(item, receiptCard(line.receipt, this.#words));
    if (line.buttons.length) put(item, this.#choices(line));
    return item;
  }

  #choices(line: Line): HTMLElement {
    const group = el("div", "choices", undefined, { role: "group", "aria-label": this.#words.say("answers") });
    const nodes: HTMLButtonElement[] = [];
    const settle = (chosen: string | undefined): void => {
      if (!chosen) return;
      for (let i = 0; i < nodes.length; i++) {
        // Not "disabled": the keyboard keeps its place in the conversation.
        nodes[i]!.setAttribute("aria-disabled", "true");
        if (nodes[i]!.getAttribute("data-name") === chosen) nodes[i]!.setAttribute("aria-pressed", "true");
      }
    };
    for (let i = 0; i < line.buttons.length; i++) {
      const choice = line.buttons[i]!;
      const press = (): void => {
        if (nodes[i]!.getAttribute("aria-disabled")) return;
        settle(choice.name);
        this.#client().press(line.seq, choice);
      };
      nodes[i] = put(group, button("pill", choice.title, press, { "data-name": choice.name })).lastChild as HTMLButtonElement;
    }
    later(() => settle(this.#client().pressed(line.seq)), 0);
    return group;
  }
}

function mark(item: HTMLElement, words: string, state: string): void {
  item.setAttribute("data-state", state);
  if (item.lastChild) item.lastChild.textContent = words;
}
