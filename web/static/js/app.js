// What every page does: copy its address, keys, suggestions under the search box. Pages work without it.
import { suggest } from "./suggest.js";

const told = document.getElementById("told");

export function tell(text) {
  told.textContent = text;
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy || location.href);
    tell(button.textContent + " ✓");
  });
}

// A control that is a setting digs anew at once.
for (const control of document.querySelectorAll("[data-submit]")) {
  control.addEventListener("change", () => control.form.requestSubmit());
}

const find = document.getElementById("find");
for (const box of document.querySelectorAll("[data-suggest]")) suggest(box);
// Boxes that came with an answer.
document.addEventListener("focusin", (event) => event.target.matches("[data-suggest]") && suggest(event.target));

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable], .CodeMirror");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/" && find) {
    event.preventDefault();
    find.focus();
  } else if (event.key === "u" || event.key === "U") {
    history.back();
  } else if (event.key === "h" || event.key === "H") {
    const here = new URL(location.href);
    if (here.searchParams.get("names") === "hidden") here.searchParams.delete("names");
    else here.searchParams.set("names", "hidden");
    location.href = here;
  }
});
