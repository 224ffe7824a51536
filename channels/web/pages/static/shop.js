/** The shop's own script: the sign-in menu closes as menus do, and the account page follows what the chat does. */

const menu = document.getElementById("who");

function close(focus) {
  if (!menu.open) return;
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu.contains(document.activeElement)) close(true);
});
document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) close(false);
});
menu.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(false);
});

const holdings = document.getElementById("holdings");

/** Puts the facts of a fresh copy of the page in place of those on screen; nothing else moves. */
function follow() {
  // Read as a document by the browser itself: no markup is ever made from text here.
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.responseType = "document";
  request.addEventListener("load", () => {
    const fresh = request.response?.getElementById("holdings");
    if (!fresh) return;
    holdings.replaceChildren(...fresh.childNodes);
    const changed = document.getElementById("changed");
    changed.textContent = changed.dataset.words;
  });
  request.send();
}

if (holdings) {
  customElements.whenDefined("fairwell-chat").then(() => {
    for (const event of ["cancelled", "undone"]) window.Fairwell.on(event, follow);
  });
}
