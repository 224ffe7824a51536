/** How the site has set the widget up: the attributes of its script tag. */

import { page, Url } from "./natives";

export interface Options {
  /** Where Fairwell is, without a slash at the end. */
  server: string;
  locale: string;
  identity: string;
  identityUrl: string;
  scheme: string;
  side: string;
  title: string;
  launcher: boolean;
  open: boolean;
  dir: string;
}

/** Reads the attributes of the tag that loads this script. */
export function readOptions(): Options {
  const script = page.currentScript as HTMLScriptElement | null;
  const read = (name: string): string => script?.getAttribute("data-" + name) || "";
  const source = new Url(read("server") || script?.src || "", page.baseURI);
  let path = "";
  const given = read("server") ? source.pathname : "";
  const end = given.length - (given[given.length - 1] === "/" ? 1 : 0);
  for (let i = 0; i < end; i++) path += given[i];
  return {
    server: source.origin + path,
    locale: read("locale") || page.documentElement.lang || "",
    identity: read("identity"),
    identityUrl: read("identity-url"),
    scheme: read("scheme"),
    side: read("side"),
    title: read("title"),
    launcher: read("launcher") !== "hidden",
    open: script?.hasAttribute("data-open") || false,
    dir: read("dir"),
  };
}
