/** What came in and has not been seen, the same in every tab. */

import { bare, max } from "./natives";
import type { Store } from "./store";

export class Unread {
  readonly #store: Store;
  readonly #told: (count: number) => void;
  #numbers: Record<number, true> = bare({});

  constructor(store: Store, told: (count: number) => void) {
    this.#store = store;
    this.#told = told;
  }

  /** A message came, with this number. */
  came(seq: number): void {
    if (seq > this.#read) this.#numbers[seq] = true;
  }

  /** Everything up to this number has been seen. */
  seen(upto: number): void {
    if (upto > this.#read) this.#store.put("read", max(upto, this.#read));
    this.forget();
  }

  forget(): void {
    this.#numbers = bare({});
    this.tell();
  }

  tell(): void {
    let count = 0;
    for (const _ in this.#numbers) count++;
    this.#told(count);
  }

  get #read(): number {
    return this.#store.get<number>("read") || 0;
  }
}
