/** What the server says, as docs/connect-website.md has it. */

export interface ButtonLine {
  name: string;
  title: string;
  token: string;
}

export interface Receipt {
  number: string;
  kind: string;
  subscription: string;
  received_at: string;
  effective_at: string;
  url: string;
}

/** One message of the conversation. `id` is the client's own, of messages that the customer sent. */
export interface Line {
  seq: number;
  kind: "text" | "receipt" | "exit_question" | "choice" | "notice";
  text: string;
  buttons: ButtonLine[];
  receipt?: Receipt;
  from: "customer" | "bot" | "staff";
  at: string;
  id?: string;
}

export interface History {
  messages: Line[];
  earlier?: boolean;
}

export interface Answer {
  replies: Line[];
  pending?: boolean;
  person?: boolean;
}

export interface Session {
  session: string;
  conversation: string;
}

export interface Theme {
  accent?: string;
  accent_dark?: string;
  radius?: number;
  scheme?: string;
  side?: string;
}

/** What the widget says and how it looks here. */
export interface Config {
  company: string;
  language: string;
  dir: "ltr" | "rtl";
  time_zone: string;
  leave: string;
  theme: Theme;
  words: Record<string, string>;
}
