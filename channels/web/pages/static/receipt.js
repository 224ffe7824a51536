/** Prints the receipt: by its button, and at once where it was opened to be printed. Without this, nothing is missing. */

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
if (location.hash === "#print") print();
