/** What this browser remembers of the conversation, the same in every tab of the site. */

import { bare, from, newId, now, parse, storage, stringify } from "./natives";

/** A message on its way out. Every try carries the same id, so that it counts once. */
export interface Outgoing {
  id: string;
  order: number;
  /** What is shown. */
  title: string;
  text?: string;
  button?: string;
}

export interface Known {
  session: string;
  conversation: string;
  /** The customer it was opened for; empty for a visitor. */
  who: string;
}

/** Named values in the browser's storage, or in memory where storage is forbidden. */
export class Store {
  readonly #prefix: string;
  readonly #memory: Record<string, string> = bare({});

  constructor(server: string) {
    this.#prefix = "fairwell:" + server + ":";
  }

  /** Whether a change of storage in another tab is one of ours, and of which name. */
  nameOf(key: string | null): string | undefined {
    const start = this.#prefix;
    if (key === null) return "";
    for (let i = 0; i < start.length; i++) if (key[i] !== start[i]) return undefined;
    return from(key, start.length);
  }

  get<T>(name: string): T | undefined {
    try {
      const found = storage ? storage.getItem(this.#prefix + name) : this.#memory[name];
      return found ? (parse(found) as T) : undefined;
    } catch {
      return undefined;
    }
  }

  put(name: string, value: object | number | undefined): void {
    const text = value === undefined ? "" : stringify(value);
    try {
      if (!storage) this.#memory[name] = text;
      else if (text) storage.setItem(this.#prefix + name, text);
      else storage.removeItem(this.#prefix + name);
    } catch {
      // Full: then it is not remembered, and the conversation goes on.
    }
  }

  /** A key of its own for each: two tabs that write at the same time do not lose each other's. */
  send(title: string, body: { text?: string; button?: string }): Outgoing {
    const entry: Outgoing = bare({ id: newId(), order: now(), title, ...body });
    const waiting = this.outbox();
    const last = waiting[waiting.length - 1];
    if (last && last.order >= entry.order) entry.order = last.order + 1;
    this.put("out:" + entry.id, entry);
    return entry;
  }

  sent(id: string): void {
    this.put("out:" + id, undefined);
  }

  /** What waits to be sent, by any tab, oldest first. */
  outbox(): Outgoing[] {
    const found: Outgoing[] = [];
    const names = this.#names();
    for (let i = 0; i < names.length; i++) {
      const entry = this.get<Outgoing>(names[i]!);
      if (!entry) continue;
      let at = found.length;
      for (; at && found[at - 1]!.order > entry.order; at--) found[at] = found[at - 1]!;
      found[at] = entry;
    }
    return found;
  }

  /** Forgets the conversation and what belongs to it; of what is still to be sent, only what is named. */
  forget(waiting: Outgoing[] = []): void {
    for (let i = 0; i < waiting.length; i++) this.sent(waiting[i]!.id);
    this.put("session", undefined);
    this.put("pressed", undefined);
    this.put("read", undefined);
  }

  #names(): string[] {
    const names: string[] = [];
    const add = (name: string | undefined): void => {
      if (name && name[0] === "o" && name[3] === ":") names[names.length] = name;
    };
    if (storage) for (let i = 0; i < storage.length; i++) add(this.nameOf(storage.key(i) ?? ""));
    else for (const name in this.#memory) add(name);
    return names;
  }
}
