/** Starts the widget on the page whose script tag loaded it. */

import { define } from "./element";
import { page, win } from "./natives";
import { readOptions } from "./options";

const TAG = "fairwell-chat";

define(readOptions());

function begin(): void {
  const element = page.querySelector(TAG) ?? page.body.appendChild(page.createElement(TAG));
  (win as { Fairwell?: Element }).Fairwell = element;
}

if (page.body) begin();
else page.addEventListener("DOMContentLoaded", begin);
