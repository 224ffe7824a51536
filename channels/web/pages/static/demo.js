/** The demo page: pick who is writing, chat, see the mail. */

import { readiness, resetDemo } from "./api.js";
import { Conversation } from "./conversation.js";
import { announce, byId, say } from "./dom.js";
import { lookForMail, watchMail } from "./mailbox.js";
import { follow } from "./thread.js";

const PICKED = "fairwell.demo.picked";
const LONG_WAIT_MS = 20_000;
const SERVICE_WORDS = {
  starting: say("demo_starting"),
  away: say("demo_away"),
};

const conversations = new Map();
const field = byId("message");
const typing = byId("typing");
let current;
let service = "ready"; // as the server last said

function conversation(customer) {
  if (!conversations.has(customer)) {
    conversations.set(customer, new Conversation(customer, byId("threads"), refresh));
  }
  return conversations.get(customer);
}

function pick(radio) {
  radio.checked = true;
  sessionStorage.setItem(PICKED, radio.value);
  byId("writing-as").textContent = radio.value
    ? say("demo_writing_as", { name: radio.dataset.name })
    : say("demo_not_signed_in");
  const next = conversation(radio.value);
  if (next !== current) current?.show(false);
  current = next;
  current.show(true);
  refresh();
  follow(null, true);
}

/** Brings what surrounds the messages in line with the current conversation. */
function refresh() {
  if (!current) return;
  byId("empty").hidden = !current.thread.empty;
  const since = current.pendingSince;
  typing.hidden = !since;
  // Someone may be in charge, or the assistant down: three dots for minutes would be a lie.
  const long = since && Date.now() - since > LONG_WAIT_MS;
  const words = say(service === "ready" ? "demo_writing" : "demo_answer_follows");
  typing.classList.toggle("still", Boolean(long) || service !== "ready");
  byId("typing-text").textContent = long ? say("demo_received") : words;
}

function send(text) {
  if (!text.trim()) return;
  current.say(text);
  field.value = "";
}

async function watchService() {
  service = await readiness();
  const line = byId("service");
  const words = SERVICE_WORDS[service] ?? "";
  if (line.textContent !== words) line.textContent = words;
  line.hidden = service === "ready";
  refresh();
  setTimeout(watchService, service === "ready" ? 10_000 : 2000);
}

async function reset(event) {
  const button = event.currentTarget;
  try {
    await resetDemo();
  } catch {
    announce(say("demo_reset_failed"));
    button.textContent = say("demo_reset_again");
    return;
  }
  for (const each of conversations.values()) each.forget();
  conversations.clear();
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("fairwell.demo.") && key !== PICKED) sessionStorage.removeItem(key);
  }
  current = undefined;
  pick(document.querySelector("input[name=customer]:checked"));
  await lookForMail();
  button.textContent = say("demo_reset");
  announce(say("demo_reset_done"));
}

byId("customers").addEventListener("change", (event) => pick(event.target));
byId("reset").addEventListener("click", reset);
byId("language")?.addEventListener("change", (event) => {
  location.search = new URLSearchParams({ language: event.target.value });
});

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send(field.value);
  field.focus();
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
});

for (const suggestion of document.querySelectorAll("[data-say]")) {
  suggestion.addEventListener("click", () => {
    field.value = suggestion.textContent;
    send(field.value);
    // On a touch screen this would push the keyboard over the answer.
    if (matchMedia("(hover: hover)").matches) field.focus();
  });
}

const remembered = sessionStorage.getItem(PICKED);
const radios = [...document.querySelectorAll("input[name=customer]")];
pick(radios.find((radio) => radio.value === remembered) ?? radios.find((radio) => radio.checked) ?? radios[0]);
watchService();
watchMail();
