/** `<fairwell-chat>`: the launcher and the chat's window in a shadow root, and what a site can do with them. */

import { Client } from "./client";
import { put, set } from "./dom";
import { Refused, Unreachable, call } from "./http";
import { bare, later, page, tabStorage } from "./natives";
import type { FairwellChat as Api } from "../widget";
import type { Options } from "./options";
import { Panel } from "./panel";
import type { Config, Theme } from "./protocol";
import { Store } from "./store";
import style from "./widget.css";

type Listener = (detail: never) => void;

const OPENED = "fairwell:open";

/** Makes the element for these options; there is one on a page. */
export function define(options: Options): void {
  class FairwellChat extends HTMLElement implements Api {
    readonly #root = this.attachShadow({ mode: "open" });
    #listeners: Record<string, Listener[]> = bare({});
    #panel: Panel | undefined;
    #client: Client | undefined;
    #wanted: { text?: string } | undefined;
    #identity: string | null | undefined;
    #back: HTMLElement | null = null;
    #begun = false;

    connectedCallback(): void {
      if (this.#begun) return;
      this.#begun = true;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      this.#root.adoptedStyleSheets = [sheet];
      if (options.open || tabStorage?.getItem(OPENED)) this.#wanted = {};
      page.addEventListener("click", (event) => this.#follow(event));
      page.addEventListener("visibilitychange", () => this.#panel?.watching() && this.#client?.seen());
      // What was fetched for the page before is good enough for this one: then it is there at once, also offline.
      const cached = new Store(options.server).get<Config>(this.#key);
      if (cached?.words?.open) this.#build(cached);
      void this.#configure(2_000);
    }

    /** Opens the chat; `text` is put into the field, to be sent by the customer. */
    open(choice: { text?: string } = {}): void {
      if (!this.#panel || !this.#client) {
        this.#wanted = choice;
        return;
      }
      if (this.#panel.window.hidden) this.#back = page.activeElement as HTMLElement | null;
      this.#panel.window.hidden = false;
      this.#panel.launcher.hidden = true;
      remember(true);
      this.#panel.follow();
      this.#panel.focus(choice.text);
      this.#client.seen();
      this.#client.look();
      this.#emit("open");
    }

    close(): void {
      this.#wanted = undefined;
      if (!this.#panel || this.#panel.window.hidden) return;
      this.#panel.window.hidden = true;
      this.#panel.launcher.hidden = !options.launcher;
      remember(false);
      if (options.launcher && (!this.#back || this.#back === page.body || this.#back === this)) this.#panel.launcher.focus();
      else this.#back?.focus();
      this.#emit("close");
    }

    /** Says who is signed in on the site: a token made by its server, or null for nobody. */
    async identify(token: string | null): Promise<void> {
      if (this.#client) await this.#client.identify(token);
      else this.#identity = token;
    }

    /** Listens to an event; what it returns stops it. */
    on(event: string, listener: (detail: never) => void): () => void {
      const all = (this.#listeners[event] ??= []);
      all[all.length] = listener;
      return () => {
        const left: Listener[] = [];
        for (let i = 0; i < all.length; i++) if (all[i] !== listener) left[left.length] = all[i]!;
        all.length = 0;
        for (let i = 0; i < left.length; i++) all[i] = left[i]!;
      };
    }

    get #key(): string {
      return "words:" + options.locale;
    }

    async #configure(pause: number): Promise<void> {
      try {
        const url = options.server + "/chat/widget?locale=" + encodeURIComponent(options.locale);
        const config = await call<Config>("GET", url);
        new Store(options.server).put(this.#key, config);
        if (!this.#panel) this.#build(config);
      } catch (fault) {
        if (!(fault instanceof Refused || fault instanceof Unreachable)) throw fault;
        later(() => void this.#configure(pause * 2), pause);
      }
    }

    #build(config: Config): void {
      const client = (): Client => this.#client!;
      const panel = new Panel(config, options.title, client, (open) => (open ? this.open() : this.close()));
      set(this, {
        lang: config.language,
        dir: options.dir || config.dir,
        "data-side": options.side || config.theme.side,
        "data-scheme": options.scheme || config.theme.scheme,
      });
      dress(panel, config.theme);
      panel.window.hidden = true;
      panel.launcher.hidden = !options.launcher;
      this.#panel = panel;
      this.#client = new Client(options, () => options.locale || config.language, panel, (event, detail) => this.#emit(event, detail));
      put(this.#root, panel.launcher, panel.window);
      if (this.#identity !== undefined) void this.#client.identify(this.#identity);
      else void this.#client.load();
      if (this.#wanted) this.open(this.#wanted);
      this.#wanted = undefined;
    }

    /** Links and buttons of the site that open the chat; without the widget they lead where they lead. */
    #follow(event: MouseEvent): void {
      if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      let node = event.target as Element | null;
      while (node && node.nodeType === 1 && !node.hasAttribute("data-fairwell-open")) node = node.parentElement;
      if (!node || node.nodeType !== 1 || !this.#panel) return;
      event.preventDefault();
      const text = node.getAttribute("data-fairwell-open");
      this.open(text ? { text } : {});
    }

    #emit(event: string, detail?: unknown): void {
      if (event === "unread") this.#panel?.unread(detail as number);
      const all = this.#listeners[event];
      for (let i = 0; all && i < all.length; i++) {
        const listener = all[i]!;
        // In a task of its own: a fault in it is the site's, and is shown as such.
        later(() => listener(detail as never), 0);
      }
    }
  }
  if (!customElements.get("fairwell-chat")) customElements.define("fairwell-chat", FairwellChat);
}

function dress(panel: Panel, theme: Theme): void {
  const nodes = [panel.window, panel.launcher];
  for (let i = 0; i < nodes.length; i++) {
    const { style } = nodes[i]!;
    if (theme.accent) style.setProperty("--their-accent", theme.accent);
    if (theme.accent_dark) style.setProperty("--their-accent-dark", theme.accent_dark);
    if (theme.radius !== undefined) style.setProperty("--their-radius", theme.radius + "px");
  }
}

function remember(open: boolean): void {
  try {
    if (open) tabStorage?.setItem(OPENED, "1");
    else tabStorage?.removeItem(OPENED);
  } catch {
    // Forbidden or full: then the chat is closed on the next page.
  }
}
