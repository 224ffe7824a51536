/**
 * What the widget takes from the page it runs in, taken once, when it loads.
 *
 * The page around it may replace anything later, and old libraries add to the prototypes of arrays, objects,
 * strings and functions: so no method of those is called anywhere here, only syntax and what stands below.
 */

export const { stringify, parse } = JSON;
export const { random, min, max, ceil } = Math;
export const { now } = Date;
export const page = document;
export const win = window;
export const Socket = win.WebSocket;
export const DateFormat = Intl.DateTimeFormat;
export const Url = URL;
export const Aborting = AbortController;
export const storage = readable(() => win.localStorage);
export const tabStorage = readable(() => win.sessionStorage);
export const locks = navigator.locks as LockManager | undefined;

const { fetch: fetchIt, setTimeout: setTimer, clearTimeout: clearTimer } = win;

/** `fetch`, as it was. */
export const request = (url: string, init: RequestInit): Promise<Response> => fetchIt(url, init);

/** Calls back after so many milliseconds. */
export const later = (work: () => void, milliseconds: number): number => setTimer(work, milliseconds);

export const never = (timer: number | undefined): void => clearTimer(timer);

/** Resolves after so many milliseconds. */
export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    later(resolve, milliseconds);
  });

/** A fresh UUID; without a secure context browsers have no `randomUUID`, and a unique id is all that is needed. */
export function newId(): string {
  if (win.isSecureContext) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let id = "";
  for (let i = 0; i < 16; i++) {
    const byte = i === 6 ? (bytes[i]! & 15) | 64 : i === 8 ? (bytes[i]! & 63) | 128 : bytes[i]!;
    id += (i === 4 || i === 6 || i === 8 || i === 10 ? "-" : "") + "0123456789abcdef"[byte >> 4]! + "0123456789abcdef"[byte & 15]!;
  }
  return id;
}

/** An object without a prototype: nothing that was added to `Object.prototype` shows in it or in its JSON. */
export function bare<T extends object>(values: T): T {
  return { __proto__: null, ...values } as unknown as T;
}

/** The text from a position on. */
export function from(text: string, start: number): string {
  let rest = "";
  for (let i = start; i < text.length; i++) rest += text[i]!;
  return rest;
}

/** Storage can be forbidden: then reading it throws. */
function readable(get: () => Storage): Storage | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
