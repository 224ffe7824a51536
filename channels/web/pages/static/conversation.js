/** One customer's conversation: its session, the messages on their way out, and the polling for answers. */

import * as api from "./api.js";
import { ApiError, Unreachable } from "./api.js";
import { language, say } from "./dom.js";
import { Thread } from "./thread.js";

const SLOW_MS = 4000; // staff replies arrive unasked
const FAST_MS = 1500; // an answer is due
const RETRY_MS = [1000, 2000, 4000];

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Conversation {
  /** `customer` is a demo customer's id, or "" for nobody; `onChange` is called when the page should look again. */
  constructor(customer, container, onChange) {
    this.customer = customer;
    this.onChange = onChange;
    this.key = `fairwell.demo.${language}.${customer || "nobody"}`;
    this.stored = JSON.parse(sessionStorage.getItem(this.key) ?? "null") ?? { pressed: {} };
    this.cursor = 0; // moved by the history only, so that nothing between two answers is skipped
    this.outbox = [];
    this.pendingSince = null; // when an answer became due
    this.visible = false;
    this.closed = false;
    this.thread = new Thread(container, { pressed: this.stored.pressed, onPress: (...press) => this.#press(...press) });
    if (!this.stored.session) this.thread.live();
  }

  show(visible) {
    this.visible = visible;
    this.thread.show(visible);
    if (visible) this.#poll();
  }

  /** Ends it here; the server's copy is untouched. */
  forget() {
    this.closed = true;
    clearTimeout(this.timer);
    sessionStorage.removeItem(this.key);
    this.thread.remove();
  }

  say(text) {
    this.#enqueue({ text }, text);
  }

  #press(choice, message, restore) {
    this.stored.pressed[message.seq] = choice.name;
    this.#store();
    this.#enqueue({ button: choice.token }, choice.title, () => {
      delete this.stored.pressed[message.seq];
      this.#store();
      restore();
    });
  }

  #enqueue(body, text, undo = () => {}) {
    const view = this.thread.own(text);
    this.outbox.push({ message: { id: crypto.randomUUID(), ...body }, view, undo });
    this.onChange();
    this.#flush();
  }

  /** Sends what waits, one after the other, so that the order is the order of speaking. */
  async #flush() {
    if (this.flushing) return;
    this.flushing = true;
    try {
      while (this.outbox.length && !this.closed && (await this.#deliver(this.outbox[0]))) this.outbox.shift();
    } finally {
      this.flushing = false;
      this.onChange();
    }
  }

  /** Whether the entry is settled: accepted, or refused for good. Every attempt carries the same id. */
  async #deliver(entry) {
    for (let tries = 0; !this.closed; ) {
      try {
        this.#due();
        await this.#attempt(entry);
        return true;
      } catch (error) {
        this.#due(false);
        if (error instanceof ApiError && error.status === 429) {
          await this.#slowDown(entry, error.retryAfter ?? 5);
        } else if (error instanceof ApiError && error.status === 401 && !entry.renewed && this.stored.session) {
          entry.renewed = true;
          this.#dropSession();
        } else if (error instanceof ApiError) {
          entry.view.say("refused", error.message);
          entry.undo();
          return true;
        } else if (tries < RETRY_MS.length) {
          entry.view.say("sending", say("demo_not_sent_yet"));
          await wait(RETRY_MS[tries++]);
        } else {
          entry.view.say("unsent", say("demo_not_sent"), () => this.#retry(entry));
          return false;
        }
      }
    }
    return false;
  }

  async #attempt(entry) {
    const session = await this.#session();
    const { replies = [], pending = false } = await api.sendMessage(session, entry.message);
    entry.view.say("sent", entry.view.at);
    for (const reply of replies) this.thread.receive({ from: "bot", ...reply });
    this.#due(pending);
    this.#schedule();
  }

  #retry(entry) {
    entry.view.say("sending", say("demo_sending"));
    this.#flush();
  }

  async #slowDown(entry, seconds) {
    for (let left = Math.ceil(seconds); left > 0 && !this.closed; left--) {
      entry.view.say("sending", say("demo_slow_down", { seconds: left }));
      await wait(1000);
    }
    entry.view.say("sending", say("demo_sending"));
  }

  async #session() {
    if (!this.stored.session) {
      const identity = this.customer ? await api.identity(this.customer) : undefined;
      const { session, conversation } = await api.openSession(language, identity);
      this.stored = Object.assign(this.stored, { session, conversation });
      this.#store();
    }
    return this.stored.session;
  }

  #dropSession() {
    delete this.stored.session;
    for (const seq of Object.keys(this.stored.pressed)) delete this.stored.pressed[seq];
    this.cursor = 0;
    const unsent = this.outbox.map((entry) => entry.view);
    this.thread.startOver(unsent);
    this.#store();
  }

  #store() {
    sessionStorage.setItem(this.key, JSON.stringify(this.stored));
  }

  #due(due = true) {
    if (due) this.pendingSince ??= Date.now();
    else this.pendingSince = null;
    this.onChange();
  }

  #schedule() {
    clearTimeout(this.timer);
    if (this.closed || !(this.visible || this.pendingSince)) return;
    this.timer = setTimeout(() => this.#poll(), this.pendingSince ? FAST_MS : SLOW_MS);
  }

  async #poll() {
    const session = this.stored.session;
    if (!session || this.polling) return;
    this.polling = true;
    try {
      const messages = await api.messagesAfter(session, this.cursor);
      if (session === this.stored.session && !this.closed) this.#take(messages);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#dropSession();
      else if (!(error instanceof Unreachable || error instanceof ApiError)) throw error;
    } finally {
      this.polling = false;
      this.#schedule();
    }
  }

  #take(messages) {
    const unasked = !this.pendingSince;
    let answered = false;
    for (const message of messages) {
      answered = this.thread.receive(message, unasked) || answered;
      this.cursor = Math.max(this.cursor, message.seq);
    }
    if (answered) this.#due(false);
    this.thread.live();
    this.onChange();
  }
}
