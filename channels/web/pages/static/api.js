/**
 * The HTTP contract of the chat and of the demo, as functions.
 *
 * Every function rejects with an ApiError when the server refused, and with Unreachable when it is
 * not known whether the request arrived, so that callers can repeat it with the same id.
 */

/** The server answered, and the answer is no. `retryAfter` is in seconds, or null. */
export class ApiError extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** No usable answer: network down, timed out, or a server error. */
export class Unreachable extends Error {}

// The server answers a message within 10 s, or with 202.
const PATIENCE_MS = 15_000;

function retryAfter(headers) {
  const value = headers.get("Retry-After");
  if (!value) return null;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 1), 120) : null;
}

async function attempt(method, path, { body, token } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, answer: answer ? JSON.parse(answer) : null };
  } catch (cause) {
    throw new Unreachable(`${method} ${path}`, { cause });
  }
}

async function call(method, path, options) {
  const { status, headers, answer } = await attempt(method, path, options);
  if (status >= 500) throw new Unreachable(`${method} ${path}: ${status}`);
  if (status >= 400) {
    const { code = "unknown", message = `Refused (${status}).` } = answer?.error ?? {};
    throw new ApiError(status, code, message, retryAfter(headers));
  }
  return answer;
}

/** A one-use signed identity for a demo customer. */
export async function identity(customer) {
  return (await call("POST", "/demo/identity", { body: { customer } })).identity;
}

/** Opens a conversation in a language; without an identity, an anonymous one. */
export function openSession(locale, identityToken) {
  const body = { locale };
  if (identityToken) body.identity = identityToken;
  return call("POST", "/chat/sessions", { body });
}

/** Sends `{id, text}` or `{id, button}`; safe to repeat with the same id. */
export function sendMessage(token, message) {
  return call("POST", "/chat/messages", { token, body: message });
}

/** What was said in this conversation after `seq`, oldest first. */
export async function messagesAfter(token, seq) {
  return (await call("GET", `/chat/messages?after=${seq}`, { token })).messages;
}

/** The demo's mail, newest first. */
export async function mail() {
  return (await call("GET", "/demo/mail")).mail;
}

export function resetDemo() {
  return call("POST", "/demo/reset", { body: {} });
}

/** "ready", "starting" (alive, but not yet able to answer) or "away" (no answer at all). */
export async function readiness() {
  try {
    const response = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? "ready" : "starting";
  } catch {
    return "away";
  }
}
