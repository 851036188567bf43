// The chain of a party: vis-network draws the picture where the server put it, clicks change the address, a menu opens
// on boxes and rows. Without this script the SVG and its links do the same.
import { boxMenu } from "./menu.js";
import { ticks } from "./ticks.js";

const WIDE = matchMedia("(min-width: 641px)");
const LEAST_SCALE = 0.75, MOST_SCALE = 1.15, TALLEST = 700, ROOM = 120;
// Parts of the page that its state changes; all else stays, so that nothing jumps.
const PARTS = ["#chain", "#menu", ".crumbs code", ".top .lang", ".behind"];
let network = null, kept = null, library = null;

function load(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

// Go to another state of this page: fetch it, take over its parts. A page that cannot be had that way is opened.
async function go(address, push = true) {
  const here = document.activeElement;
  const id = here?.id, party = here?.dataset?.party, asked = document.querySelector("#question");
  // On a phone the picture stays open once it was opened.
  const open = document.querySelector(".drawn.open, .drawn:target") || address.endsWith("#picture");
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return location.assign(address);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (push) history.pushState(null, "", address);
  const ticked = new Set([...document.querySelectorAll("input[name=party]:checked")].map((box) => box.value));
  for (const part of PARTS) {
    const old = document.querySelector(part), next = fresh.querySelector(part);
    if (old && next) old.replaceWith(document.adoptNode(next));
  }
  for (const box of document.querySelectorAll("input[name=party]")) box.checked = ticked.has(box.value);
  ticks();
  const drawn = document.querySelector(".drawn");
  if (open) drawn?.classList.add("open");
  await start();
  const again = id ? document.getElementById(id) : party ? document.querySelector(`[data-party="${CSS.escape(party)}"]`) : null;
  again?.focus({ preventScroll: true });
  const panel = document.querySelector("#panel h2");
  document.getElementById("told").textContent = panel?.textContent ?? "";
  const question = document.querySelector("#question h2");
  if (question && !asked) {
    document.getElementById("told").textContent = question.textContent;
    question.closest("section").scrollIntoView({ block: "nearest" });
  }
  if (address.endsWith("#picture")) show(drawn);
  else if (panel && !WIDE.matches) panel.scrollIntoView({ block: "center" });
}

// What was just expanded, in sight: the canvas turns to it by itself.
function show(drawn) {
  if (WIDE.matches) drawn?.scrollIntoView({ block: "nearest" });
  else (drawn?.querySelector(".fresh") ?? drawn)?.scrollIntoView({ block: "center", inline: "center" });
}

const inside = (address) => new URL(address, location.href).pathname === location.pathname;

async function draw() {
  const data = document.getElementById("picture-data"), canvas = document.getElementById("canvas");
  network?.destroy();
  network = null;
  if (!data || !WIDE.matches) return;
  const { vis: drawn, at, who } = JSON.parse(data.textContent);
  await load(canvas.dataset.vis);
  if (!canvas.isConnected) return;
  canvas.hidden = false;
  canvas.parentElement.classList.add("live");
  const [, , width, height] = drawn.frame;
  canvas.style.height = `${Math.round(Math.max(240, Math.min(TALLEST, (height * canvas.clientWidth) / width)))}px`;
  const signature = drawn.nodes.map((node) => `${node.x} ${node.y}`).join();
  network = new vis.Network(canvas, drawn, drawn.options);
  const moved = kept?.signature === signature ? kept : null;
  network.once("afterDrawing", () => {
    if (moved) network.moveTo(moved);
    else fit(drawn);
    canvas.dataset.drawn = drawn.nodes.length;
  });
  const box = (node) => (node === undefined ? "" : String(node).replace(/:[lr]$/, ""));
  const remember = () => (kept = { signature, position: network.getViewPosition(), scale: network.getScale() });
  network.on("dragEnd", remember);
  network.on("zoom", remember);
  network.on("click", ({ nodes, edges }) => {
    const address = at[box(nodes[0])] ?? (nodes.length ? undefined : at[edges[0]]);
    network.unselectAll();
    if (address) inside(address) ? go(address) : location.assign(address);
  });
  const menu = (pointer, event) => {
    const key = box(network.getNodeAt(pointer.DOM)).replace(/:\+$/, "");
    if (!who[key]) return;
    event.preventDefault();
    const frame = canvas.getBoundingClientRect();
    boxMenu(who[key], frame.left + pointer.DOM.x, frame.top + pointer.DOM.y, canvas, go, removable(who[key]));
  };
  network.on("oncontext", ({ pointer, event }) => menu(pointer, event));
  network.on("hold", ({ pointer, event }) => menu(pointer, event));
  canvas.onmousemove = ({ offsetX: x, offsetY: y }) => {
    const node = network?.getNodeAt({ x, y }), edge = network?.getEdgeAt({ x, y });
    canvas.style.cursor = at[box(node)] ?? at[edge] ? "pointer" : "";
  };
  window.picture = { network, at, who, whole: () => fit(drawn, 0) };
}

// Whether a party has a box that can be taken out of the picture: the middle one cannot.
function removable(party) {
  const data = document.getElementById("picture-data");
  if (!data) return false;
  const { who, middle } = JSON.parse(data.textContent);
  return party !== middle && Object.values(who).includes(party);
}

// All of it, but never so small that it cannot be read: then what came last, or what is picked, and the rest by dragging.
function fit({ frame: [left, top, width, height], nodes, fresh }, least = LEAST_SCALE) {
  const { clientWidth: wide, clientHeight: high } = document.getElementById("canvas");
  const whole = Math.min(wide / width, high / height, MOST_SCALE);
  if (whole >= least) return network.moveTo({ scale: whole, position: { x: left + width / 2, y: top + height / 2 } });
  const lit = nodes.filter((node) => node.borderWidth === 2 && node.id !== "b0");
  const shown = fresh.length ? nodes.filter((node) => fresh.includes(node.id)) : lit.length ? lit : nodes.filter((node) => node.id === "b0");
  const xs = shown.map((node) => node.x), ys = shown.map((node) => node.y);
  const [from, to, high_, low] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.max(least, Math.min(1, wide / (to - from + 2 * ROOM), high / (low - high_ + ROOM)));
  // What is taller than the window is seen from its top.
  const y = Math.min((high_ + low) / 2, high_ - ROOM / 2 + high / scale / 2);
  // As much of the rest as there is room for, rather than nothing beside the outermost column.
  const half = wide / scale / 2;
  const x = Math.max(Math.min((from + to) / 2, left + width - half), Math.min(left + half, left + width / 2));
  network.moveTo({ scale, position: { x, y } });
}

// The picture as PNG: the file's SVG on a canvas of twice its size.
async function png(button) {
  const text = await (await fetch(button.dataset.png)).text();
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * image.width;
  canvas.height = 2 * image.height;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.download = "chain.png";
  link.href = URL.createObjectURL(await new Promise((done) => canvas.toBlob(done, "image/png")));
  link.click();
  URL.revokeObjectURL(image.src);
}

async function start() {
  for (const button of document.querySelectorAll("[data-undo], [data-redo], [data-fit], [data-png], [data-menu]")) button.hidden = false;
  await draw();
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("a, button");
  if (!control?.closest("#chain") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (control.matches("[data-undo]")) history.back();
  else if (control.matches("[data-redo]")) history.forward();
  else if (control.matches("[data-fit]")) window.picture?.whole();
  else if (control.matches("[data-png]")) png(control);
  else if (control.matches("[data-menu]")) {
    const place = control.getBoundingClientRect();
    boxMenu(control.dataset.menu, place.left, place.bottom, control, go, removable(control.dataset.menu));
  } else {
    // A link within the SVG has its address as an object.
    const address = control.href?.baseVal ?? control.href;
    if (!address || control.hasAttribute("download") || control.getAttribute("href").startsWith("#") || !inside(address)) return;
    event.preventDefault();
    go(address);
  }
});

// What a menu is about: a row of the table, or a box of the picture as SVG.
const meant = (event) => event.target.closest("[data-party], [data-box]");

function rowMenu(row, x, y) {
  const party = row.dataset.party ?? row.dataset.box;
  boxMenu(party, x, y, row, go, removable(party));
}

document.addEventListener("contextmenu", (event) => {
  const row = meant(event);
  if (!row) return;
  letGo();
  event.preventDefault();
  if (held) return;
  const place = row.getBoundingClientRect();
  rowMenu(row, event.clientX || place.left, event.clientY || place.bottom);
});

// A long press, which Safari on a phone does not tell of: a finger that stays where it is opens the menu.
const HOLD = 500, STILL = 10;
let press = null, held = false;

function letGo() {
  clearTimeout(press?.timer);
  press = null;
}

document.addEventListener("pointerdown", (event) => {
  letGo();
  held = false;
  const row = event.pointerType === "touch" && event.isPrimary && meant(event);
  if (!row) return;
  const { clientX: x, clientY: y } = event;
  const open = () => {
    held = true;
    rowMenu(row, x, y);
  };
  press = { x, y, timer: setTimeout(open, HOLD) };
});
document.addEventListener("pointermove", ({ clientX: x, clientY: y }) => press && Math.hypot(x - press.x, y - press.y) > STILL && letGo());
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, letGo);
// The finger that opened a menu clicks nothing when it is lifted.
document.addEventListener("click", (event) => {
  if (!held) return;
  held = false;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [role=menu]")) return;
  const wanted = event.key === "Escape" ? "[data-unpick]" : event.key === "t" || event.key === "T" ? '[data-key="t"]' : null;
  const link = wanted && document.querySelector(wanted);
  if (link) go(link.href);
});

addEventListener("popstate", () => go(location.href, false));
WIDE.addEventListener("change", start);
start();
