/** One conversation: what came in, what is on its way out, and whose it is. */

import { Refused, Unreachable, call } from "./http";
import { Identity, subject } from "./identity";
import { Live } from "./live";
import { bare, later, max, now, win } from "./natives";
import type { Options } from "./options";
import type { Answer, ButtonLine, History, Line } from "./protocol";
import type { Activity, Emit, Screen } from "./screen";
import { Sender } from "./sender";
import { Store, type Known, type Outgoing } from "./store";
import { Unread } from "./unread";

const AT_ONCE = 50;
const LONG = 20_000;

export class Client {
  readonly #server: string;
  readonly #screen: Screen;
  readonly #emit: Emit;
  readonly #store: Store;
  readonly #identity: Identity;
  readonly #live: Live;
  readonly #sender: Sender;
  readonly #unread: Unread;
  #cursor = 0;
  #first = 0;
  #due = 0;
  #loaded: Promise<void> | undefined;
  #whose: Promise<void> | undefined;

  constructor(options: Options, locale: () => string, screen: Screen, emit: Emit) {
    const server = (this.#server = options.server);
    this.#screen = screen;
    this.#emit = emit;
    this.#store = new Store(server);
    this.#identity = new Identity(options);
    this.#unread = new Unread(this.#store, (count) => emit("unread", count));
    const reachable = (there: boolean): void => this.#reachable(there);
    const ended = (): void => this.#ended();
    this.#live = new Live(server, {
      token: () => this.#known()?.session,
      after: () => this.#cursor,
      eager: () => this.#due > 0 || screen.watching(),
      take: (lines) => this.#take(lines, true),
      reachable,
      ended,
    });
    this.#sender = new Sender(server, this.#store, this.#identity, {
      locale,
      whose: () => this.#whose,
      opened: () => this.#live.start(),
      answered: (answer) => this.#answered(answer),
      refused: (id, code) => this.#refused(id, code),
      ended,
      reachable,
      slow: (seconds) => screen.trouble("slow", seconds),
      error: (code) => emit("error", bare({ code })),
    });
    win.addEventListener("storage", (event) => this.#elsewhere(event));
    win.addEventListener("online", () => this.#reachable(true));
    win.addEventListener("offline", () => this.#reachable(false));
  }

  /** Loads what there is, once. */
  load(): Promise<void> {
    return (this.#loaded ??= this.#load());
  }

  /** Says something; it is kept until it is sent, also when the page is left. */
  say(text: string): void {
    this.#send(this.#store.send(text, { text }));
  }

  press(seq: number, button: ButtonLine): void {
    const pressed = this.#store.get<Record<number, string>>("pressed") || {};
    this.#store.put("pressed", bare({ ...pressed, [seq]: button.name }));
    this.#send(this.#store.send(button.title, { button: button.token }));
  }

  /** Which button of a message was pressed. */
  pressed(seq: number): string | undefined {
    return this.#store.get<Record<number, string>>("pressed")?.[seq];
  }

  /** The site says who is signed in now: somebody, or nobody. */
  async identify(token: string | null): Promise<void> {
    const before = this.#identity.who;
    this.#identity.give(token);
    // Said by somebody who was never heard: their session was only being opened.
    if (!this.#known() && before && before !== this.#identity.who) this.#forget(this.#store.outbox());
    this.#loaded = this.#load();
    await this.#loaded;
    this.#emit("identified", bare({ customer: token ? subject(token) : null }));
  }

  /** Older messages. */
  earlier(): Promise<void> {
    return this.#history("&before=" + this.#first);
  }

  /** Everything that is there has been seen. */
  seen = (): void => this.#unread.seen(this.#cursor);

  /** Looks for what is new, now. */
  look(): void {
    this.#live.look();
    void this.#sender.flush();
  }

  #known = (): Known | undefined => this.#store.get<Known>("session");

  async #load(): Promise<void> {
    await (this.#whose = this.#settle());
    this.#screen.pending(this.#store.outbox());
    if (this.#known()) await this.#history("");
    this.#live.start();
    await this.#sender.flush();
  }

  /** A conversation of somebody else than who is signed in on the site is not shown to them. */
  async #settle(): Promise<void> {
    const known = this.#known();
    if (!known || !this.#identity.known) return;
    const before = this.#store.outbox();
    try {
      const token = await this.#identity.token();
      if ((token ? subject(token) : "") === known.who) return;
      // What a customer has said is theirs alone; what a visitor has said, or is said by now, is said by who signs in.
      this.#forget(known.who ? before : []);
      if (known.who) await call("DELETE", this.#server + "/chat/sessions", undefined, known.session);
    } catch {
      // The site does not answer: nothing says that it is somebody else. Or we do not: it ends by itself.
    }
  }

  #forget(waiting: Outgoing[] = []): void {
    this.#live.stop();
    this.#store.forget(waiting);
    this.#clear();
  }

  #clear(): void {
    this.#cursor = this.#first = 0;
    this.#unread.forget();
    this.#screen.clear();
    this.#settled();
    this.#screen.pending(this.#store.outbox());
  }

  #ended(): void {
    this.#forget();
    void this.#sender.flush();
  }

  async #history(before: string): Promise<void> {
    const token = this.#known()?.session;
    if (!token) return;
    try {
      const url = this.#server + "/chat/messages?latest=" + AT_ONCE + before;
      const { messages, earlier } = await call<History>("GET", url, undefined, token);
      if (token !== this.#known()?.session) return;
      if (messages[0]) this.#first = messages[0].seq;
      this.#take(messages, false);
      this.#screen.earlier(!!earlier);
      this.#reachable(true);
    } catch (fault) {
      if (fault instanceof Unreachable) this.#reachable(false);
      else if (!(fault instanceof Refused)) throw fault;
      else if (fault.status === 401 && token === this.#known()?.session) this.#forget();
    }
  }

  #take(lines: Line[], live: boolean): void {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      const fresh = line.seq > this.#cursor;
      this.#first ||= line.seq;
      this.#cursor = max(this.#cursor, line.seq);
      if (line.from !== "customer") {
        if (live) this.#settled();
        this.#unread.came(line.seq);
        if (live && fresh) this.#tell(line);
      } else if (line.id) this.#store.sent(line.id);
      this.#screen.show(line, live);
    }
    if (this.#screen.watching()) this.seen();
    else this.#unread.tell();
  }

  #tell({ from, kind, text, receipt }: Line): void {
    this.#emit("message", bare({ from, kind, text }));
    if (receipt?.kind === "cancel") this.#emit("cancelled", bare({ ...receipt }));
    if (receipt?.kind === "undo") this.#emit("undone", bare({ ...receipt }));
  }

  #send(entry: Outgoing): void {
    this.#screen.pending([entry]);
    this.#wait("writing");
    void this.#sender.flush();
  }

  #answered(answer: Answer): void {
    // The cursor is moved by the history only, so that nothing between two answers is left out.
    for (let i = 0; i < answer.replies.length; i++) this.#screen.show({ ...answer.replies[i]!, from: "bot", at: "" }, true);
    if (!answer.pending) this.#settled();
    else if (answer.person) this.#wait("person");
    void this.#live.poll();
  }

  #refused(id: string, code: string): void {
    this.#settled();
    // 409: it was taken before. Whatever else it is, it will not get through.
    if (code !== "id_reused") this.#screen.refused(id);
    this.#emit("error", bare({ code }));
  }

  #wait(state: Activity): void {
    const due = (this.#due = now());
    this.#screen.activity(state);
    if (state === "writing") later(() => this.#due === due && this.#screen.activity("later"), LONG);
  }

  /** Nothing is due; each answer comes by two ways, and the later one answers nothing that was said since. */
  #settled(): void {
    if (this.#store.outbox().length) return;
    this.#due = 0;
    this.#screen.activity("");
  }

  #reachable(there: boolean): void {
    this.#screen.trouble(there ? "" : win.navigator.onLine ? "away" : "offline");
    if (there) void this.#sender.flush();
  }

  /** Another tab has said, read or pressed something, or has begun another conversation. */
  #elsewhere(event: StorageEvent): void {
    const name = this.#store.nameOf(event.key);
    if (name === undefined) return;
    if (name === "session" || name === "") {
      this.#live.stop();
      this.#clear();
      this.#loaded = this.#load();
    } else if (name === "read" && !this.#screen.watching()) this.seen();
    else if (name[3] === ":" && event.newValue) {
      this.#screen.pending(this.#store.outbox());
      void this.#sender.flush();
    }
  }
}
