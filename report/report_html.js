// What a browser adds to the report: tables sort and filter, figures open in full size, the look can be dark.
// Without it the page says the same. Nothing here loads anything.
"use strict";

const words = JSON.parse(document.getElementById("words").textContent);
const create = (tag, properties) => Object.assign(document.createElement(tag), properties);

// ---- Light or dark: as the system has it, until the reader chooses ----

// A page that was opened from a file may be refused a memory: the choice then lasts until it is closed.
function recall() {
  try { return localStorage.getItem("look"); } catch { return null; }
}

function remember(look) {
  try { localStorage.setItem("look", look); } catch { /* refused */ }
}

function addLookButton() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = create("button", { type: "button", className: "look", textContent: words.dark });
  const root = document.documentElement;
  const isDark = () => (root.dataset.look ?? (system.matches ? "dark" : "light")) === "dark";
  const show = () => button.setAttribute("aria-pressed", isDark());
  const chosen = recall();
  if (chosen === "dark" || chosen === "light") root.dataset.look = chosen;
  button.addEventListener("click", () => {
    root.dataset.look = isDark() ? "light" : "dark";
    remember(root.dataset.look);
    show();
  });
  system.addEventListener("change", show);
  show();
  document.body.prepend(button);
}

// ---- Tables ----

const SECONDS = { ms: 0.001, ...words.seconds };
const SIZES = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, ...SECONDS };
const NUMBER = /([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([^\s\d.,;+-]*)/g;
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

// Reads `96.39 (93.7–98.0)`, `1–4`, `61.7 k`, `3 min 20 s`, `1,797`, `−0.12` and `10 of 12` by their first number; times
// are summed.
// Null where there is none.
function numberIn(text) {
  const plain = text.replaceAll("−", "-").replace(/(\d),(?=\d{3})/g, "$1").split("(")[0];
  const parts = [...plain.matchAll(NUMBER)];
  if (!parts.length) return null;
  const value = ([, number, unit]) => Number(number) * (SIZES[unit] ?? 1);
  const times = parts.filter(([, , unit]) => unit in SECONDS);
  return times.length === parts.length ? times.reduce((sum, part) => sum + value(part), 0) : value(parts[0]);
}

// The cell in a column, of a row in which a cell may span several.
function cellAt(row, column) {
  let end = 0;
  return [...row.cells].find((cell) => (end += cell.colSpan) > column);
}

function valueOf(row, column, isNumber) {
  const text = cellAt(row, column).textContent.trim();
  return isNumber ? numberIn(text) : text === "–" || text === "" ? null : text;
}

// Rows without a value come last, whichever way the others are sorted; equal ones keep their order.
function sorted(rows, column, isNumber, direction) {
  const keyed = rows.map((row) => [valueOf(row, column, isNumber), row]);
  const compare = isNumber ? (a, b) => a - b : collator.compare;
  keyed.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : direction * compare(a, b)));
  return keyed.map(([, row]) => row);
}

// A click on a head sorts up, a second one down, a third one puts the report's own order back.
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const original = [...body.rows];
  let column = 0;
  for (const head of heads) {
    const own = column;
    column += head.colSpan;
    if (!head.textContent.trim()) continue;
    const button = create("button", { type: "button", className: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { null: "ascending", ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (next) head.setAttribute("aria-sort", next);
      const direction = next === "descending" ? -1 : 1;
      body.append(...(next ? sorted(original, own, head.classList.contains("number"), direction) : original));
    });
  }
}

function addFilter(table) {
  const rows = [...table.tBodies[0].rows];
  const label = create("label", { textContent: words.filter + " " });
  const field = create("input", { type: "search" });
  const result = create("output", {});
  label.append(field);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    result.textContent = field.value ? words.shown.replace("SHOWN", shown).replace("ALL", rows.length) : "";
  });
  const box = create("div", { className: "filter" });
  box.append(label, result);
  table.parentElement.before(box);
}

function addTableControls() {
  for (const table of document.querySelectorAll("main table")) {
    const rows = table.tBodies[0]?.rows.length ?? 0;
    if (rows > 1 && table.tHead?.rows.length === 1 && !table.querySelector("[rowspan]")) makeSortable(table);
    if (rows > 8) addFilter(table);
  }
}

// ---- Figures ----

function addEnlarging() {
  const dialog = document.getElementById("enlarged");
  const caption = document.getElementById("enlarged-caption");
  const stage = dialog.querySelector(".stage");
  let scale = 1;
  const resize = (factor) => {
    scale = Math.min(Math.max(scale * factor, 0.5), 8);
    stage.firstChild.style.width = `${100 * scale}%`;
  };
  const open = (image, text) => {
    caption.textContent = text;
    stage.replaceChildren(create("img", { src: image.src, alt: image.alt, draggable: false }));
    dialog.showModal();
    scale = Math.max(1, 760 / stage.clientWidth); // letters can be read on a small screen too
    resize(1);
  };
  for (const image of document.querySelectorAll("main figure img")) {
    const opener = create("button", { type: "button", className: "opener", title: words.enlarge });
    opener.setAttribute("aria-label", `${words.enlarge}: ${image.alt}`);
    image.replaceWith(opener);
    opener.append(image);
    opener.addEventListener("click", () => open(image, opener.closest("figure").querySelector("figcaption").textContent));
  }
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  for (const button of dialog.querySelectorAll("[data-factor]")) {
    button.addEventListener("click", () => resize(Number(button.dataset.factor)));
  }
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "+") resize(1.25);
    if (event.key === "-") resize(0.8);
  });
  // A mouse drags the figure; fingers scroll it by themselves.
  stage.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && event.buttons === 1) stage.scrollBy(-event.movementX, -event.movementY);
  });
}

// ---- Contents: mark the section that is being read ----

function markCurrentSection() {
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const link = links.get(target.id);
      if (isIntersecting) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  }, { rootMargin: "-20% 0px -75% 0px" });
  document.querySelectorAll("main > section").forEach((section) => observer.observe(section));
}

addLookButton();
addTableControls();
addEnlarging();
markCurrentSection();
