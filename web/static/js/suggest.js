// Suggestions under a box that names a party: a combobox with a list box as ARIA describes it, fed by /api/find. The
// box says what a choice does: data-suggest="go" opens the party, "fill" puts its id into the box; where names are
// hidden, the box shows the party's number, and its id goes with the form unseen.
const WAIT = 120;
const MARKS = { core: "◆ ", ours: "✓ ", stop: "⊘ " };
const known = new WeakSet();
let boxes = 0;

export function suggest(input) {
  if (known.has(input)) return;
  known.add(input);
  const number = ++boxes;
  const list = element("ul", "suggest");
  list.id = `suggestions-${number}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() || input.getAttribute("aria-label"));
  const none = element("p", "suggest none");
  const said = element("span", "heard");
  said.setAttribute("role", "status");
  list.hidden = none.hidden = true;
  input.after(list, none, said);
  input.parentElement.classList.add("suggesting");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id, "aria-expanded": "false", autocomplete: "off" }))
    input.setAttribute(name, value);
  let timer, asked = 0, at = -1, unseen = null;

  function close() {
    clearTimeout(timer);
    asked++;
    list.hidden = none.hidden = true;
    input.setAttribute("aria-expanded", "false");
    pick(-1);
  }

  function pick(place) {
    at = place;
    [...list.children].forEach((one, where) => one.setAttribute("aria-selected", String(where === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    if (input.dataset.suggest === "fill") {
      fill(option);
      said.textContent = option.querySelector("bdi").textContent;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    } else location.href = option.dataset.href;
  }

  function fill({ dataset: { party, hidden } }) {
    bare();
    input.value = hidden ?? party;
    if (hidden === undefined) return;
    unseen = Object.assign(element("input"), { type: "hidden", name: input.name, value: party });
    input.after(unseen);
    input.removeAttribute("name");
  }

  // What is typed counts again.
  function bare() {
    if (!unseen) return;
    input.name = unseen.name;
    unseen.remove();
    unseen = null;
  }

  async function ask() {
    const mine = ++asked;
    const wanted = input.value.trim();
    if (!wanted) return close();
    const answer = await fetch("/api/find?" + new URLSearchParams({ ...kept(), find: wanted })).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (mine !== asked || document.activeElement !== input) return;
    if (!found) return close();
    list.replaceChildren(...found.hits.map(option));
    if (input.dataset.suggest === "go" && found.total > found.hits.length) list.append(all(wanted, found.total));
    [...list.children].forEach((one, place) => (one.id = `suggestion-${number}-${place}`));
    list.hidden = !found.hits.length;
    none.hidden = !list.hidden;
    none.textContent = list.hidden ? input.dataset.none : "";
    said.textContent = list.hidden ? input.dataset.none : input.dataset.count.replace("{count}", found.total);
    input.setAttribute("aria-expanded", String(!list.hidden));
    pick(-1);
  }

  function option(hit) {
    const line = entry(hit.who.name, MARKS[hit.who.role]);
    const small = element("small");
    small.textContent = [hit.region, hit.industry, hit.who.hidden ? "" : hit.who.party_id].filter(Boolean).join(" · ");
    line.append(small);
    line.dataset.party = hit.who.party_id;
    if (hit.who.hidden) line.dataset.hidden = hit.who.name;
    line.dataset.href = address("/party/" + encode(hit.who.party_id), {});
    return line;
  }

  function all(wanted, total) {
    const line = entry(input.dataset.all.replace("{count}", total.toLocaleString("en")), "");
    line.dataset.href = address("/", { find: wanted });
    return line;
  }

  function entry(text, mark = "") {
    const line = element("li");
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    const name = element("bdi");
    name.textContent = text;
    line.append(mark, name);
    line.title = text;
    line.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    line.addEventListener("click", () => choose(line));
    return line;
  }

  input.addEventListener("input", () => {
    bare();
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // pinyin on its way to signs
    const last = list.children.length - 1;
    if (event.key === "Escape" && !(list.hidden && none.hidden)) close();
    else if (list.hidden && event.key === "ArrowDown" && input.value.trim()) ask();
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") pick(at === last ? 0 : at + 1);
    else if (event.key === "ArrowUp") pick(at <= 0 ? last : at - 1);
    else if (event.key === "Enter" && at >= 0) choose(list.children[at]);
    else return ["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key) ? pick(-1) : undefined; // back in the text
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

// What is hidden stays hidden on the way.
function kept() {
  const here = new URL(location.href).searchParams;
  return Object.fromEntries(["names", "amounts"].filter((name) => here.has(name)).map((name) => [name, here.get(name)]));
}

function address(path, given) {
  const query = new URLSearchParams({ ...kept(), ...given }).toString();
  return query ? `${path}?${query}` : path;
}

function element(tag, name = "") {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

// As web/addresses.py writes ids: all but letters, digits, - _ . as ~ and two digits a byte.
export function encode(identity) {
  const plain = /^\.+$/.test(identity) ? /[\p{L}\p{N}_-]/u : /[\p{L}\p{N}_.-]/u;
  return [...identity]
    .map((sign) => plain.test(sign) ? sign : [...new TextEncoder().encode(sign)].map((byte) => "~" + byte.toString(16).toUpperCase().padStart(2, "0")).join(""))
    .join("");
}
