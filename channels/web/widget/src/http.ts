/** Requests to the server, and the three ways in which they fail. */

import { Aborting, bare, later, never, parse, request, stringify } from "./natives";

/** The server answered, and the answer is no. `wait` is how many seconds it asks for. */
export class Refused {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly wait: number,
  ) {}
}

/** Nobody knows whether it arrived: the line is down, it took too long, or the server is in trouble. */
export class Unreachable {}

// The server answers a message within 10 s, or says that the answer comes later.
const PATIENCE = 20_000;

/** One request with a JSON body and a JSON answer. Throws `Refused` and `Unreachable`. */
export async function call<T>(method: string, url: string, body?: object, token?: string): Promise<T> {
  const headers: Record<string, string> = bare({ Accept: "application/json" });
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers["Authorization"] = "Bearer " + token;
  const patience = new Aborting();
  const timer = later(() => patience.abort(), PATIENCE);
  let status = 0;
  let wait = 0;
  let answer: unknown;
  try {
    const init: RequestInit = bare({ method, headers, cache: "no-store", signal: patience.signal });
    // No cookies of this site go to another one; its own endpoints need them.
    init.credentials = token || body ? "omit" : "same-origin";
    if (body) init.body = stringify(body);
    const response = await request(url, init);
    status = response.status;
    wait = +(response.headers.get("Retry-After") || 0) || 0;
    const text = await response.text();
    answer = text ? parse(text) : null;
  } catch {
    throw new Unreachable();
  } finally {
    never(timer);
  }
  if (status >= 500) throw new Unreachable();
  if (status >= 400) throw new Refused(status, (answer as { error?: { code?: string } } | null)?.error?.code || "", wait);
  return answer as T;
}
