/**
 * Messages as they come: over a socket, by asking where sockets do not get through, and after every pause from
 * the last one that is known.
 */

import { Refused, Unreachable, call } from "./http";
import { from, later, max, min, never, now, page, parse, random, Socket, stringify, win } from "./natives";
import type { History, Line } from "./protocol";

export interface Listener {
  /** The session's token, while there is one. */
  token(): string | undefined;
  /** The last message that is known. */
  after(): number;
  /** Whether an answer is due or the chat is open: then it is asked for more often. */
  eager(): boolean;
  take(lines: Line[]): void;
  /** Whether the server is there, as far as one can tell from here. */
  reachable(there: boolean): void;
  /** The session is not known any more. */
  ended(): void;
}

const CONNECTS_WITHIN = 8_000;
const SILENT_FOR = 60_000; // the server gives a sign of life at least every 25 s
const TICK = 5_000;
const ASLEEP = 15_000; // a clock that is so late has slept
const SOCKET_AGAIN = 60_000;

export class Live {
  readonly #server: string;
  readonly #listener: Listener;
  #socket: WebSocket | undefined;
  #timer: number | undefined;
  #polling = false;
  #running = false;
  #failures = 0;
  #blocked = 0; // how many sockets ended before they said anything
  #heard = 0;
  #ticked = 0;

  constructor(server: string, listener: Listener) {
    this.#server = server;
    this.#listener = listener;
    win.addEventListener("online", () => this.look());
    page.addEventListener("visibilitychange", () => page.visibilityState === "visible" && this.look());
    // A page that keeps its socket can't be kept for the way back.
    win.addEventListener("pagehide", () => this.#close());
    win.addEventListener("pageshow", (event) => event.persisted && this.look());
  }

  /** Begins to listen, if there is a session and it has not begun. */
  start(): void {
    if (this.#running || !this.#listener.token()) return;
    this.#running = true;
    this.#ticked = now();
    this.#tick();
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    never(this.#timer);
    this.#close();
  }

  /** Looks now: after a sleep, after being offline, when the chat is opened. */
  look(): void {
    if (!this.#running) return;
    void this.poll();
    if (!this.#socket || now() - this.#heard > ASLEEP * 2) {
      this.#close();
      this.#connect();
    }
  }

  /** Asks once for what is new. */
  async poll(): Promise<void> {
    const token = this.#listener.token();
    if (!token || this.#polling) return;
    this.#polling = true;
    try {
      const url = this.#server + "/chat/messages?after=" + this.#listener.after();
      const { messages } = await call<History>("GET", url, undefined, token);
      if (token !== this.#listener.token()) return;
      this.#listener.reachable(true);
      this.#listener.take(messages);
    } catch (fault) {
      if (fault instanceof Unreachable) this.#listener.reachable(false);
      else if (!(fault instanceof Refused)) throw fault;
      else if (fault.status === 401 && token === this.#listener.token()) this.#listener.ended();
    } finally {
      this.#polling = false;
    }
  }

  #tick(): void {
    never(this.#timer);
    if (!this.#running) return;
    this.#timer = later(() => {
      const late = now() - this.#ticked > ASLEEP + TICK;
      this.#ticked = now();
      const silent = this.#socket?.readyState === 1 && now() - this.#heard > SILENT_FOR;
      if (silent) this.#close();
      if (late || silent) this.look();
      else if (!this.#open() && (this.#listener.eager() || random() < 0.3)) void this.poll();
      this.#tick();
    }, this.#open() || !this.#listener.eager() ? TICK : TICK / 2);
  }

  #open(): boolean {
    return this.#socket?.readyState === 1 && this.#heard > 0;
  }

  #connect(): void {
    const token = this.#listener.token();
    if (!this.#running || this.#socket || !token || !Socket) return;
    let socket: WebSocket;
    try {
      socket = new Socket("ws" + from(this.#server, 4) + "/chat/socket");
    } catch {
      return; // the site's own policy forbids it: what is new is asked for
    }
    this.#socket = socket;
    let heard = false;
    const patience = later(() => socket.close(), CONNECTS_WITHIN);
    socket.onopen = () => socket.send(stringify({ token, after: this.#listener.after() }));
    socket.onmessage = (event) => {
      if (this.#socket !== socket) return;
      never(patience);
      heard = true;
      this.#heard = now();
      this.#failures = this.#blocked = 0;
      this.#listener.reachable(true);
      const { messages } = parse(event.data as string) as Partial<History>;
      if (messages) this.#listener.take(messages);
    };
    socket.onclose = (event) => {
      never(patience);
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (event.code === 4401) this.#listener.ended();
      else this.#again(heard);
    };
  }

  #again(heard: boolean): void {
    if (!heard) this.#blocked++;
    void this.poll();
    const soon = min(500 * 2 ** min(this.#failures++, 6), 30_000) * (0.5 + random());
    // Where sockets never get through, they are tried only now and then.
    later(() => this.#connect(), this.#blocked > 2 ? max(soon, SOCKET_AGAIN) : soon);
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#heard = 0;
    socket?.close();
  }
}
