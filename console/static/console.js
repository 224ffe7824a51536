// Live pages, keys, and a draft that is not lost. Everything works without it, only less quickly.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const typing = (node) => node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));

  // --- live: the server says which conversation has changed; what has changed is fetched
  // What somebody is at is not taken away from under them; a link that was pressed with the mouse, nobody is at any more.
  const held = (node) => node.contains(document.activeElement) && (node.id !== "transcript" || node.querySelector(":focus-visible"));
  const changed = (names) => {
    for (const node of all("[data-live]")) {
      // Several, where a page shows all of a customer's conversations.
      const mine = node.dataset.live.split(" ");
      if (!held(node) && (mine.includes("*") || names.includes("*") || mine.some((name) => names.includes(name)))) htmx.trigger(node, "changed");
    }
  };
  let wait = 1000;
  const listen = () => {
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/console/live");
    socket.onmessage = (event) => {
      wait = 1000;
      const names = JSON.parse(event.data).changed;
      if (names.length) changed(names);
    };
    socket.onclose = (event) => {
      if (event.code === 4401) return;
      setTimeout(() => { listen(); changed(["*"]); }, wait);
      wait = Math.min(wait * 2, 30000);
    };
  };

  // Nor is a list that they have made longer. Whoever asks for more goes on at the first of it.
  let rows = -1;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const from = event.detail.elt;
    if (from.matches(".more button")) rows = all("[data-row]").length;
    else if (from.id === "list" && (from.querySelector("[data-grown]") || from.contains(document.activeElement))) event.preventDefault();
    else if (from.id === "transcript" && held(from)) event.preventDefault();
  });
  // Nor by an answer that was asked for before they came to it, nor by one that is asked for every now and then.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const from = event.detail.requestConfig.elt;
    if (from.dataset.live && held(from)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const first = rows >= 0 && all("[data-row]")[rows];
    if (first) first.focus();
    rows = -1;
  });

  // --- presence: who is here, who types
  const reply = document.querySelector("[data-reply]");
  let typed = 0;
  const here = () => {
    const others = document.getElementById("others");
    if (!reply || !others || document.hidden) return;
    const values = Date.now() - typed < 10000 ? { typing: "1" } : {};
    htmx.ajax("POST", reply.dataset.presence, { target: others, swap: "outerHTML", values });
  };

  // --- a reply that was begun is there again after a reload, or when it could not be sent; it goes with the tab
  if (reply) {
    const key = "fairwell:draft:" + location.pathname;
    const form = "fairwell:form:" + location.pathname;
    if (location.hash && location.hash === "#sent-" + sessionStorage.getItem(form)) {
      sessionStorage.removeItem(key);
      history.replaceState(null, "", location.pathname + location.search);
    }
    reply.value = sessionStorage.getItem(key) || reply.value;
    reply.addEventListener("input", () => { typed = Date.now(); sessionStorage.setItem(key, reply.value); });
    reply.form.addEventListener("submit", () => sessionStorage.setItem(form, reply.form.elements.key.value));
    reply.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) reply.form.requestSubmit();
    });
    const canned = document.querySelector("[data-canned]");
    if (canned) canned.addEventListener("change", () => {
      if (!canned.value) return;
      reply.value = canned.value;
      reply.dispatchEvent(new Event("input"));
      reply.focus();
    });
    const last = document.querySelector(".talk > li:last-child");
    if (last && !location.hash) last.scrollIntoView({ block: "nearest" });
  }

  // --- one press sends a form once
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // --- keys
  let went = false;
  const places = { q: "/console/queue", c: "/console/conversations" };
  const step = (by) => {
    const rows = all("[data-row]");
    const at = rows.indexOf(document.activeElement.closest("[data-row]"));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (!document.body.hasAttribute("data-signed-in") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (typing(event.target)) return;
    const focus = (selector) => { const node = document.querySelector(selector); if (node) { event.preventDefault(); node.focus(); } };
    if (went) { went = false; if (places[event.key]) location.assign(places[event.key]); return; }
    if (event.key === "g") went = true;
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "r") focus("[data-reply]");
    else if (event.key === "/") { const field = document.querySelector("[data-search]"); if (field) focus("[data-search]"); else location.assign(places.c); }
    else if (event.key === "?") document.getElementById("keys").showModal();
  });

  if (document.body.hasAttribute("data-signed-in")) {
    listen();
    here();
    setInterval(here, 15000);
  }
})();
