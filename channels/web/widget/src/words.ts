/** Words, days and times in the language of this conversation. */

import { DateFormat, Url, page } from "./natives";
import type { Config } from "./protocol";

/** The language and what is said in it. */
export class Words {
  readonly #config: Config;
  #day: Intl.DateTimeFormat | undefined;
  #time: Intl.DateTimeFormat | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  /** The words of this name, with what stands in braces filled in. */
  say(name: string, values: Record<string, string | number> = {}): string {
    const text = this.#config.words[name] ?? "";
    let said = "";
    let field: string | undefined;
    for (let i = 0; i < text.length; i++) {
      const letter = text[i]!;
      if (letter === "{") field = "";
      else if (letter === "}" && field !== undefined) {
        said += values[field] ?? "";
        field = undefined;
      } else if (field === undefined) said += letter;
      else field += letter;
    }
    return said;
  }

  /** "30 November 2026", in the company's time zone. */
  day(at: string): string {
    this.#day ??= this.#format({ day: "numeric", month: "long", year: "numeric" });
    return show(this.#day, at);
  }

  /** "14:02", in the company's time zone. */
  time(at: string): string {
    this.#time ??= this.#format({ hour: "2-digit", minute: "2-digit" });
    return show(this.#time, at);
  }

  /** Made when it is needed: it takes a browser longer than all the rest of the chat. */
  #format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const { language, time_zone } = this.#config;
    // English dates are British here, as in what the assistant says.
    return new DateFormat(language === "en" ? "en-GB" : language, { ...options, timeZone: time_zone });
  }
}

function show(format: Intl.DateTimeFormat, at: string): string {
  const date = at ? new Date(at) : new Date();
  return isNaN(+date) ? "" : format.format(date);
}

/** The address if a link may lead there, else an empty text: never a javascript: or data: address. */
export function safe(url: string): string {
  try {
    const target = new Url(url, page.baseURI);
    return target.protocol === "https:" || target.protocol === "http:" ? target.href : "";
  } catch {
    return "";
  }
}
