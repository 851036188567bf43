// The menu of one party: the server wrote its entries, here they get the party's id and a place on the screen.
import { encode } from "./suggest.js";

let back = null;

function address(link, id) {
  const target = new URL(link.dataset.pattern, location.href);
  if (link.dataset.in === "path") target.pathname = target.pathname.replace("/ID", "/" + encode(id));
  else target.searchParams.append(link.dataset.name, id);
  return target.pathname + target.search + (link.hasAttribute("data-behind") ? "#behind" : "");
}

function close() {
  const menu = document.getElementById("menu");
  if (!menu || menu.hidden) return;
  menu.hidden = true;
  back?.focus?.({ preventScroll: true });
}

// Open the menu for the party `id` at a point of the window; `from` gets the focus again when it closes. `drawn`: the
// party has a box, so that what is about boxes is offered too.
export function boxMenu(id, x, y, from, go, drawn) {
  const menu = document.getElementById("menu");
  for (const one of menu.querySelectorAll("[data-drawn]")) one.hidden = !drawn;
  const entries = [...menu.querySelectorAll("li:not([hidden]) > [role=menuitem]")];
  back = from;
  for (const entry of entries) {
    if (entry.dataset.copyId !== undefined) entry.onclick = () => navigator.clipboard.writeText(id).then(close, close);
    else {
      entry.dataset.pattern ??= entry.getAttribute("href");
      entry.href = address(entry, id);
      entry.onclick = (event) => {
        const target = new URL(entry.href);
        close();
        if (target.pathname !== location.pathname || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        go(target.href).then(() => {
          const behind = entry.hasAttribute("data-behind") && document.querySelector(".behind");
          if (behind) {
            behind.open = true;
            behind.querySelector("summary").focus();
          }
        });
      };
    }
  }
  menu.hidden = false;
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  entries[0].focus({ preventScroll: true });
  menu.onkeydown = (event) => {
    const at = entries.indexOf(document.activeElement), last = entries.length - 1;
    const next = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next !== undefined) entries[next].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#menu")) close();
});
