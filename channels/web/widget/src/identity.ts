/** Who is signed in on the site, as its own server says. */

import { Refused, call } from "./http";
import { bare, parse, win } from "./natives";
import type { Options } from "./options";

/** The customer a token names. It is read to tell customers apart, never to believe it: that is the server's work. */
export function subject(token: string): string {
  let part = 0;
  let coded = "";
  for (let i = 0; i < token.length && part < 2; i++) {
    const letter = token[i]!;
    if (letter === ".") part++;
    else if (part === 1) coded += letter === "-" ? "+" : letter === "_" ? "/" : letter;
  }
  try {
    const { sub } = parse(win.atob(coded)) as { sub?: unknown };
    return typeof sub === "string" ? sub : "?";
  } catch {
    return "?";
  }
}

/** Where identity tokens come from: given by the page, or asked for at the site's own address. */
export class Identity {
  #given: string | null | undefined;
  /** How often the site has said who it is. */
  given = 0;
  readonly #url: string;

  constructor(options: Options) {
    this.#given = options.identity || undefined;
    this.#url = options.identityUrl;
  }

  /** Whether the site says at all who is signed in. */
  get known(): boolean {
    return this.#given !== undefined || this.#url !== "";
  }

  /** Whom the page has named; empty for nobody. */
  get who(): string {
    return this.#given ? subject(this.#given) : "";
  }

  give(token: string | null): void {
    this.#given = token;
    this.given++;
  }

  /**
   * A token, or null for nobody. `fresh` is for when the last one was used up: only the site's address can give
   * another. Throws `Unreachable` where that address does not answer.
   */
  async token(fresh = false): Promise<string | null> {
    if (!fresh && this.#given !== undefined) return this.#given;
    if (!this.#url) return null;
    try {
      const answer = await call<{ identity?: string } | null>("GET", this.#url);
      return answer?.identity || null;
    } catch (fault) {
      if (fault instanceof Refused) return null;
      throw fault;
    }
  }

  /** A token opens one session: it is gone. */
  used(): void {
    if (this.#url) this.#given = undefined;
  }
}

/** What opens a session. */
export const opening = (locale: string, identity: string | null): object =>
  bare(identity ? { locale, identity } : { locale });
