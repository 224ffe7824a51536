/** Sends what waits: in order, one tab at a time, each message under its own id until it is settled. */

import { Refused, Unreachable, call } from "./http";
import { opening, subject, type Identity } from "./identity";
import { bare, later, locks, wait } from "./natives";
import type { Answer, Session } from "./protocol";
import type { Known, Outgoing, Store } from "./store";

/** Who wants to know what became of it. */
export interface Outcome {
  locale(): string;
  /** Until it is known whose conversation this is, nothing is said in it. */
  whose(): Promise<void> | undefined;
  /** There is a session to listen to. */
  opened(): void;
  answered(answer: Answer): void;
  /** It will never be taken. */
  refused(id: string, code: string): void;
  /** The session is not known any more. */
  ended(): void;
  reachable(there: boolean): void;
  /** The server asks for a pause of so many seconds. */
  slow(seconds: number): void;
  error(code: string): void;
}

const TRIES = 4;
const AGAIN = 5_000;

export class Sender {
  readonly #server: string;
  readonly #store: Store;
  readonly #identity: Identity;
  readonly #outcome: Outcome;
  #flushing = false;

  constructor(server: string, store: Store, identity: Identity, outcome: Outcome) {
    this.#server = server;
    this.#store = store;
    this.#identity = identity;
    this.#outcome = outcome;
  }

  /** Sends what waits, one after the other, so that the order is the order of speaking. */
  async flush(): Promise<void> {
    if (this.#flushing || !this.#store.outbox().length) return;
    this.#flushing = true;
    let done = false;
    const work = async (): Promise<void> => {
      done = await this.#drain();
    };
    try {
      if (locks) await locks.request("fairwell:" + this.#server, work);
      else await work();
    } finally {
      this.#flushing = false;
    }
    // The lock is let go of in between: another tab may have a better line.
    if (!done) later(() => void this.flush(), AGAIN);
  }

  async #drain(): Promise<boolean> {
    for (let tries = 0; ; ) {
      await this.#outcome.whose();
      const entry = this.#store.outbox()[0];
      if (!entry) return true;
      try {
        await this.#deliver(entry);
        tries = 0;
      } catch (fault) {
        if (!(fault instanceof Unreachable || fault instanceof Refused)) throw fault;
        const pause = fault instanceof Refused ? fault.wait || 2 : 0.5 * 2 ** tries;
        if (fault instanceof Refused) this.#outcome.slow(pause);
        else this.#outcome.reachable(false);
        if (++tries > TRIES) return false;
        await wait(pause * 1000);
      }
    }
  }

  /** Returns when it is settled; throws what means that it is to be tried again. */
  async #deliver(entry: Outgoing): Promise<void> {
    const token = await this.#session();
    this.#outcome.opened();
    const { id, text, button } = entry;
    try {
      const body = bare(button ? { id, button } : { id, text });
      const answer = await call<Answer>("POST", this.#server + "/chat/messages", body, token);
      this.#store.sent(id);
      if (!this.#current(token)) return; // somebody else is there now: it is not theirs to read
      this.#outcome.reachable(true);
      this.#outcome.answered(answer);
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.status === 429) throw fault;
      if (!this.#current(token)) this.#store.sent(id);
      else if (fault.status === 401) this.#outcome.ended();
      else {
        this.#store.sent(id);
        this.#outcome.refused(id, fault.code);
      }
    }
  }

  #current(token: string): boolean {
    return this.#store.get<Known>("session")?.session === token;
  }

  async #session(): Promise<string> {
    const known = this.#store.get<Known>("session");
    if (known) return known.session;
    const given = this.#identity.given;
    // Where the site can't say who is signed in, a code by mail still can.
    const first = await this.#token(false);
    let opened: Session;
    try {
      opened = await this.#open(first);
    } catch (fault) {
      if (!(fault instanceof Refused && fault.status === 401)) throw fault;
      this.#outcome.error(fault.code);
      opened = await this.#again();
    }
    // Meanwhile the site has said that it is somebody else: this session is nobody's.
    if (given !== this.#identity.given) throw new Unreachable();
    this.#identity.used();
    this.#store.put("session", bare({ ...opened, who: first ? subject(first) : "" }));
    return opened.session;
  }

  /** With another token of the site, else as nobody: a code by mail proves the same. */
  async #again(): Promise<Session> {
    const token = await this.#token(true);
    try {
      return await this.#open(token);
    } catch (fault) {
      if (!(token && fault instanceof Refused && fault.status === 401)) throw fault;
      return this.#open(null);
    }
  }

  async #token(fresh: boolean): Promise<string | null> {
    try {
      return await this.#identity.token(fresh);
    } catch {
      return null;
    }
  }

  #open(identity: string | null): Promise<Session> {
    return call<Session>("POST", this.#server + "/chat/sessions", opening(this.#outcome.locale(), identity));
  }
}
