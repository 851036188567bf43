// The query page: an editor, Ctrl-Enter, an answer that comes while the page stays, a button that stops it, and a
// search in the library. Without this script all of it is one plain form.
const form = document.getElementById("ask");
const area = document.getElementById("statement");
const stop = document.getElementById("stop");
const answer = () => document.getElementById("answer");
let running = null;

// Where names are hidden, a statement that was typed is kept but not shown.
const editor = area && window.CodeMirror.fromTextArea(area, {
  mode: "application/x-cypher-query",
  lineNumbers: true,
  lineWrapping: true,
  matchBrackets: true,
  readOnly: area.readOnly,
  viewportMargin: Infinity,
  extraKeys: { "Ctrl-Enter": () => run(), "Cmd-Enter": () => run(), Tab: (cm) => cm.execCommand("insertSoftTab") },
});
if (editor) {
  const input = editor.getInputField();
  input.setAttribute("aria-label", document.querySelector("label[for=statement]").textContent);
  input.setAttribute("aria-describedby", "keys");
  if (area.readOnly) input.setAttribute("aria-readonly", "true");
  freeTab(area.readOnly);
  editor.on("keydown", (_, event) => event.key === "Escape" && freeTab(true));
  editor.on("blur", () => freeTab(area.readOnly));
}

// Esc sets Tab free, until the editor is left: then it indents again.
function freeTab(free) {
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: free ? false : (cm) => cm.execCommand("insertSoftTab"), "Shift-Tab": free ? false : "indentLess" });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) run();
});

// The address of what the form says, without empty inputs.
function address(tab) {
  editor?.save();
  const at = new URL(form.action);
  for (const [name, value] of new FormData(form))
    if (value && !["name", "shared", "csrf_token", "sent", "tab"].includes(name)) at.searchParams.append(name, value);
  at.searchParams.set("tab", tab);
  return at;
}

async function run(tab = form.querySelector(".main").value) {
  if (running || !form.reportValidity()) return;
  const at = address(tab);
  const asked = new URL(at);
  const token = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  asked.searchParams.set("token", token);
  running = token;
  stop.disabled = false;
  const began = Date.now();
  const saying = setInterval(() => say(form.dataset.running.replace("{seconds}", Math.round((Date.now() - began) / 1000))), 500);
  say(form.dataset.running.replace("{seconds}", 0));
  try {
    const response = await fetch(asked, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    clearInterval(saying); // or it would speak over the answer
    if (!fresh.getElementById("answer")) return (location.href = at);
    history.pushState(null, "", at);
    for (const part of ["#answer", "#fields", ".crumbs", ".behind"]) {
      const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
      if (old && now) old.replaceWith(now);
      else if (now) document.querySelector("main").append(now);
    }
    for (const code of document.querySelectorAll(".crumbs code")) code.textContent = at.pathname + at.search;
    for (const link of answer().querySelectorAll("a[href]")) link.href = without(link.href);
    for (const hidden of answer().querySelectorAll("input[name=next]")) hidden.value = at.pathname + at.search;
    await import(document.querySelector("script[src*='ticks.js']").src + "&again=" + token);
    answer().focus();
  } catch {
    location.href = at;
  } finally {
    clearInterval(saying);
    running = null;
    stop.disabled = true;
  }
}

function without(href) {
  const at = new URL(href, location.href);
  at.searchParams.delete("token");
  return at.href;
}

function say(text) {
  const line = document.createElement("p");
  line.className = "pad quiet";
  line.setAttribute("role", "status");
  line.textContent = text;
  answer().replaceChildren(line);
}

stop.addEventListener("click", async () => {
  stop.disabled = true;
  await fetch(form.dataset.cancel, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ csrf_token: form.dataset.csrf, token: running }),
  });
});
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && button.formMethod === "post") return editor?.save();
  event.preventDefault();
  run(button ? button.value : undefined);
});
window.addEventListener("popstate", () => location.reload());

stop.hidden = false;

// The library: only what has the sought words in it.
const seek = document.getElementById("seek");
seek.hidden = false;
seek.addEventListener("input", () => {
  const wanted = seek.value.trim().toLowerCase();
  for (const group of document.querySelectorAll(".lib section")) {
    let some = false;
    for (const entry of group.querySelectorAll("a")) {
      entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
      some ||= !entry.hidden;
    }
    group.hidden = !some;
  }
});
