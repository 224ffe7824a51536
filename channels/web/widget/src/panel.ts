/** The chat's window: its frame, the field to write in, and what stands around the messages. */

import type { Client } from "./client";
import { ARROW, BELL, CROSS, button, el, icon, put, set } from "./dom";
import { later, page } from "./natives";
import type { Config, Line } from "./protocol";
import type { Activity, Screen, Trouble } from "./screen";
import type { Outgoing } from "./store";
import { Thread } from "./thread";
import { Words } from "./words";

export class Panel implements Screen {
  readonly window = el("div", "panel", undefined, { role: "dialog", "aria-modal": "false", part: "panel" });
  readonly launcher: HTMLButtonElement;
  readonly #words: Words;
  readonly #client: () => Client;
  readonly #thread: Thread;
  readonly #scroll = el("div", "scroll", undefined, { tabindex: "0", role: "log", "aria-live": "off" });
  readonly #greeting = el("div", "greeting");
  readonly #older: HTMLButtonElement;
  readonly #typing = el("p", "typing");
  readonly #strip = el("p", "strip", undefined, { role: "status" });
  readonly #live = el("div", "sr", undefined, { role: "status", "aria-live": "polite" });
  readonly #field = el("textarea");
  readonly #badge = el("span", "badge");
  readonly #opener = el("span", "sr");
  #activity: Activity = "";

  constructor(config: Config, title: string, client: () => Client, toggle: (open: boolean) => void) {
    const words = (this.#words = new Words(config));
    this.#client = client;
    this.#thread = new Thread(this.#scroll, words, client, (text) => this.#announce(text));
    this.#older = button("link older", words.say("earlier"), () => void client().earlier());
    this.launcher = button("launcher", "", () => toggle(true), { part: "launcher", "aria-haspopup": "dialog" });
    put(this.launcher, icon(BELL), el("span", "", words.say("open")), this.#badge, this.#opener);
    this.#badge.hidden = this.#older.hidden = this.#typing.hidden = this.#strip.hidden = true;
    set(this.window, { "aria-label": title || config.company });
    put(this.window, this.#head(title || config.company, toggle), this.#strip, this.#body(), this.#foot(config), this.#live);
    this.window.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  }

  /** The cursor goes to the field; `text` is put there to be sent, or not. */
  focus(text?: string): void {
    if (text !== undefined) this.#field.value = text;
    this.#field.focus();
    this.#grow();
  }

  follow(): void {
    this.#thread.follow();
  }

  unread(count: number): void {
    this.#badge.hidden = !count;
    this.#badge.textContent = count > 99 ? "99+" : "" + count;
    this.#badge.setAttribute("aria-hidden", "true");
    this.#opener.textContent = count ? this.#words.say(count > 1 ? "unread_many" : "unread_one", { count }) : "";
  }

  watching(): boolean {
    return !this.window.hidden && page.visibilityState === "visible";
  }

  show(line: Line, live: boolean): void {
    this.#thread.show(line, live);
    this.#greeting.hidden = true;
  }

  pending(entries: Outgoing[]): void {
    this.#thread.pending(entries);
    this.#greeting.hidden = !this.#thread.empty;
  }

  refused(id: string): void {
    this.#thread.refused(id);
  }

  clear(): void {
    this.#thread.clear();
    this.#greeting.hidden = false;
    this.#older.hidden = true;
  }

  earlier(more: boolean): void {
    this.#older.hidden = !more;
  }

  activity(state: Activity): void {
    if (state === this.#activity) return;
    this.#activity = state;
    this.#waitingShows();
    this.#typing.className = "typing " + state;
    this.#typing.lastChild!.textContent = state && this.#words.say(state);
    if (state === "writing") this.#thread.follow();
  }

  trouble(state: Trouble, seconds = 0): void {
    const words = state && this.#words.say(state, { seconds });
    this.#strip.hidden = !state;
    this.#waitingShows();
    if (this.#strip.textContent !== words) this.#strip.textContent = words;
    this.#thread.waiting(this.#words.say(state ? "unsent" : "sending"));
  }

  /** Nobody writes an answer to what has not arrived. */
  #waitingShows(): void {
    this.#typing.hidden = !this.#activity || !this.#strip.hidden;
  }

  /** For those who hear the page: each message once, as it comes, and nothing else. */
  #announce(text: string): void {
    const line = put(this.#live, el("p", "", text)).lastChild!;
    later(() => line.parentNode?.removeChild(line), 10_000);
  }

  #head(title: string, toggle: (open: boolean) => void): HTMLElement {
    const close = button("round", "", () => toggle(false), { "aria-label": this.#words.say("close") });
    return put(el("header"), put(el("h2"), icon(BELL), el("span", "", title)), put(close, icon(CROSS)));
  }

  #body(): HTMLElement {
    const words = this.#words;
    set(this.#scroll, { "aria-label": words.say("messages") });
    set(this.#thread.list, { part: "messages" });
    put(this.#greeting, el("p", "lead", words.say("greeting")), el("p", "quiet", words.say("hint")));
    const tries = el("div", "choices");
    const names = ["try_cancel", "try_end"];
    for (let i = 0; i < names.length; i++) {
      const text = words.say(names[i]!);
      put(tries, button("pill", text, () => this.focus(text)));
    }
    put(this.#greeting, tries);
    const dots = put(el("span", "dots", undefined, { "aria-hidden": "true" }), el("i"), el("i"), el("i"));
    put(this.#typing, dots, el("span"));
    return put(this.#scroll, this.#greeting, this.#older, this.#thread.list, this.#typing);
  }

  #foot(config: Config): HTMLElement {
    const words = this.#words;
    const field = this.#field;
    set(field, { rows: "1", "aria-label": words.say("field"), placeholder: words.say("placeholder"), enterkeyhint: "send", autocomplete: "off" });
    const form = el("form");
    const send = put(el("button", "round send", "", { type: "submit", "aria-label": words.say("send") }), icon(ARROW));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    field.addEventListener("input", () => this.#grow());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    const leave = el("a", "", words.say("leave"), { href: config.leave, part: "leave" });
    return put(el("footer"), put(form, field, send), put(el("p", "leave"), leave));
  }

  #submit(): void {
    const text = this.#field.value;
    let said = false;
    for (let i = 0; i < text.length && !said; i++) said = text[i]! > " ";
    if (!said) return;
    this.#client().say(text);
    this.focus("");
  }

  /** The field is as high as what stands in it, up to a third of the window. */
  #grow(): void {
    this.#field.style.height = "auto";
    this.#field.style.height = this.#field.scrollHeight + 2 + "px";
  }
}
