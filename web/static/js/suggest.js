// Suggestions under a search box: a list box as ARIA describes it, fed by /api/find.
const WAIT = 120;

export function suggest(input) {
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" }))
    input.setAttribute(name, value);
  let timer, asked = 0, at = -1;

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function pick(place) {
    const options = [...list.children];
    at = (place + options.length) % options.length;
    options.forEach((one, number) => one.setAttribute("aria-selected", number === at));
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  async function ask() {
    const number = ++asked;
    const wanted = input.value.trim();
    if (!wanted) return close();
    const answer = await fetch("/api/find?" + new URLSearchParams({ find: wanted }));
    if (!answer.ok || number !== asked) return;
    const { hits } = await answer.json();
    list.replaceChildren(...hits.map((hit, place) => option(hit, place)));
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    at = -1;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") pick(at + 1);
    else if (event.key === "ArrowUp") pick(at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) location.href = list.children[at].dataset.href;
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 200));
}

function option(hit, place) {
  const line = document.createElement("li");
  line.id = `suggestion-${place}`;
  line.setAttribute("role", "option");
  line.dataset.href = "/party/" + encode(hit.who.party_id);
  const name = document.createElement("bdi");
  name.textContent = hit.who.name;
  const apart = document.createElement("small");
  apart.textContent = [hit.region, hit.industry, hit.who.party_id].filter(Boolean).join(" · ");
  line.append(name, apart);
  line.addEventListener("mousedown", () => (location.href = line.dataset.href));
  return line;
}

// As web/addresses.py writes ids: all but letters, digits, - _ . as ~ and two digits a byte.
export function encode(identity) {
  const plain = /^\.+$/.test(identity) ? /[\p{L}\p{N}_-]/u : /[\p{L}\p{N}_.-]/u;
  return [...identity]
    .map((sign) => plain.test(sign) ? sign : [...new TextEncoder().encode(sign)].map((byte) => "~" + byte.toString(16).toUpperCase().padStart(2, "0")).join(""))
    .join("");
}
