/** Types of the chat widget, for sites written in TypeScript: put this file beside your own declarations. */

/** A receipt as a conversation shows it. Times are RFC 3339 in UTC. */
export interface FairwellReceipt {
  number: string;
  kind: string;
  subscription: string;
  received_at: string;
  effective_at: string;
  /** Opens the receipt without signing in. */
  url: string;
}

/** What happens, and what listeners are told. */
export interface FairwellEvents {
  /** The chat was opened, by the visitor or by the site. */
  open: undefined;
  /** The chat was closed. */
  close: undefined;
  /** A message came in while the page was open. */
  message: { from: "bot" | "staff"; kind: "text" | "receipt" | "exit_question" | "choice" | "notice"; text: string };
  /** So many messages have not been seen. */
  unread: number;
  /** A subscription was cancelled in this conversation. */
  cancelled: FairwellReceipt;
  /** A cancellation was undone in this conversation. */
  undone: FairwellReceipt;
  /** The site said who is signed in; null for nobody. */
  identified: { customer: string | null };
  /** The server refused something; `code` is one of the codes in docs/connect-website.md. */
  error: { code: string };
}

/** The element `<fairwell-chat>`, which is also `window.Fairwell`. */
export interface FairwellChat extends HTMLElement {
  /** Opens the chat; `text` is put into the field, for the customer to send. */
  open(choice?: { text?: string }): void;
  /** Closes the chat; the conversation stays. */
  close(): void;
  /**
   * Says who is signed in on the site: an identity token made by the site's server, or null for nobody. Somebody
   * else's conversation is no longer shown, and its session ends.
   */
  identify(token: string | null): Promise<void>;
  /** Listens to an event; the function that is returned stops it. */
  on<Name extends keyof FairwellEvents>(event: Name, listener: (detail: FairwellEvents[Name]) => void): () => void;
}

declare global {
  interface Window {
    /** There once `await customElements.whenDefined("fairwell-chat")` is over. */
    Fairwell?: FairwellChat;
  }
  interface HTMLElementTagNameMap {
    "fairwell-chat": FairwellChat;
  }
}
