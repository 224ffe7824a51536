/** Small helpers for building what is seen. Text only ever enters as text, never as markup. */

import { page } from "./natives";

type Attributes = Record<string, string | undefined>;

/** An element with a class, a text and attributes; an attribute that is undefined is left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = "",
  text?: string,
  attributes?: Attributes,
): HTMLElementTagNameMap[K] {
  const node = page.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  set(node, attributes);
  return node;
}

export function set(node: Element, attributes: Attributes | undefined): void {
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === "string") node.setAttribute(name, value);
  }
}

/** Puts nodes into a parent, in order; returns the parent. */
export function put<T extends Node>(parent: T, ...children: (Node | null | undefined | false)[]): T {
  for (let i = 0; i < children.length; i++) {
    const child = children[i];
    if (child) parent.appendChild(child);
  }
  return parent;
}

/** A button that says what it does. */
export function button(name: string, text: string, on: () => unknown, attributes?: Attributes): HTMLButtonElement {
  const node = el("button", name, text, { type: "button", ...attributes });
  node.addEventListener("click", on);
  return node;
}

/** A drawing in lines; what it means is said beside it. */
export function icon(path: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const drawing = page.createElementNS(space, "svg");
  set(drawing, { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" });
  const line = page.createElementNS(space, "path");
  set(line, { d: path });
  return put(drawing, line);
}

export const BELL = "M3 18h18M5 18v-1a7 7 0 0 1 14 0v1M12 10V7M10 6.5h4";
export const CROSS = "M6 6l12 12M18 6L6 18";
export const ARROW = "M12 19V5M6 11l6-6 6 6";
