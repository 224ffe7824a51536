/** What a conversation needs of who shows it. */

import type { Line } from "./protocol";
import type { Outgoing } from "./store";

/** What is going on: nothing, an answer is being written, a person has it, or it takes longer than usual. */
export type Activity = "" | "writing" | "person" | "later";
/** What is in the way: nothing, this browser is offline, the server can't be reached, or a pause is asked for. */
export type Trouble = "" | "offline" | "away" | "slow";

/** Who shows it. */
export interface Screen {
  show(line: Line, live: boolean): void;
  pending(entries: Outgoing[]): void;
  refused(id: string): void;
  activity(state: Activity): void;
  trouble(state: Trouble, seconds?: number): void;
  earlier(more: boolean): void;
  clear(): void;
  /** Whether the customer sees what comes in. */
  watching(): boolean;
}

export type Emit = (event: string, detail?: unknown) => void;
