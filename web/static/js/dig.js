// Lists are asked anew at every change of a control: the same address is fetched, and the answer takes its place.
import { ticks } from "./ticks.js";

const PARTS = ["#answer", ".crumbs code", ".behind", ".lang"];
let asked = 0;

// The present address, but for what was changed in the form; what is empty or as usual is not said.
function addressOf(form) {
  const at = new URL(location.href);
  at.searchParams.delete("page");
  for (const name of new Set([...form.elements].filter(changed).map((control) => control.name))) {
    at.searchParams.delete(name);
    for (const value of new FormData(form).getAll(name))
      if (value !== "" && value !== form.elements[name].dataset?.usual) at.searchParams.append(name, value);
  }
  return at.pathname + at.search;
}

function changed(control) {
  if (!control.name) return false;
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  if (control.options) return [...control.options].some((one) => one.selected !== one.defaultSelected);
  return control.value !== control.defaultValue;
}

async function open(address, push) {
  const number = ++asked;
  const answer = document.getElementById("answer");
  answer.setAttribute("aria-busy", "true");
  const found = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (number !== asked) return;
  if (!found || !found.ok) return location.assign(address);
  const fresh = new DOMParser().parseFromString(await found.text(), "text/html");
  if (number !== asked) return;
  if (!fresh.getElementById("answer")) return location.assign(address);
  const focus = keep();
  if (push) history.pushState(null, "", address);
  for (const part of PARTS) document.querySelector(part)?.replaceWith(fresh.querySelector(part) ?? "");
  document.title = fresh.title;
  ticks();
  focus();
}

// What had the focus gets it again, wherever it stands now; folds stay open.
function keep() {
  const at = document.activeElement;
  const unfolded = [...document.querySelectorAll("[data-facet]:has(details[open])")].map((one) => one.dataset.facet);
  const wanted = at?.closest("#answer") && (at.id ? "#" + CSS.escape(at.id) : at.name ? `[name="${CSS.escape(at.name)}"][value="${CSS.escape(at.value)}"]` : null);
  return () => {
    for (const name of unfolded) document.querySelector(`[data-facet="${name}"] details`)?.setAttribute("open", "");
    if (at?.closest("#answer") || at === document.body) (wanted && document.querySelector("#answer " + wanted))?.focus({ preventScroll: true });
  };
}

document.addEventListener("change", (event) => {
  if (event.target.form?.matches("[data-live]")) event.target.form.requestSubmit();
});
document.addEventListener("input", (event) => {
  const shown = event.target.matches("[data-live] input[type=range]") && event.target.labels[0]?.querySelector("output");
  if (shown) shown.value = Number(event.target.value).toFixed(2);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-live]")) return;
  event.preventDefault();
  open(addressOf(event.target) + location.hash, true);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("#answer a[href]");
  if (!link || link.pathname !== location.pathname || link.hash || link.hasAttribute("download")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.getAttribute("href"), true);
});
addEventListener("popstate", () => open(location.href, false));
