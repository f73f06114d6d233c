// The matrix: a row for each source, a column for each destination; namespaces fold. Only the cells in sight exist, so that it stays
// quick with hundreds of workloads. One cell has the focus; arrow keys move it.

const CELL = 24;
const HEAD = { width: 230, height: 150 };
const grid = { items: [], row: 0, column: 0, top: 0, left: 0 };
const MARKS = { none: "", unsure: "?", some: "●", every: "■", part: "◐", self: "–", gap: "" };

function drawMatrix() {
  grid.items = groups.flatMap((group) => [{ group }, ...(isFolded(group) ? [] : group.ends.map((end) => ({ group, end })))]);
  grid.row = Math.min(grid.row, grid.items.length - 1);
  grid.column = Math.min(grid.column, grid.items.length - 1);
  const length = grid.items.length * CELL;
  const space = byId("matrix-space");
  space.setAttribute("aria-rowcount", grid.items.length + 1);
  space.setAttribute("aria-colcount", grid.items.length + 1);
  space.style.width = `${HEAD.width + length + 60}px`;
  space.style.height = `${HEAD.height + length + 70}px`; // the tools stand over the lower end
  drawCells();
}

function drawCells() {
  const scroller = byId("matrix-scroller");
  const space = byId("matrix-space");
  const { scrollTop, scrollLeft, clientWidth, clientHeight } = scroller;
  const rowsInSight = inSight(scrollTop, clientHeight - HEAD.height);
  const columnsInSight = inSight(scrollLeft, clientWidth - HEAD.width);
  const heads = html("div", { role: "row", "aria-rowindex": 1, class: "columns" }, columnsInSight.map((i) => columnHead(grid.items[i], i)));
  const lines = rowsInSight.map((row) =>
    html("div", { role: "row", "aria-rowindex": row + 2 }, rowHead(grid.items[row], row), columnsInSight.map((column) => cell(row, column))));
  space.replaceChildren(heads, html("div", { class: "corner", "aria-hidden": "true" }, html("span", {}, "from ↓"), html("span", {}, "to →")), ...lines);
  heads.style.transform = `translateY(${scrollTop}px)`;
  space.querySelector(".corner").style.transform = `translate(${scrollLeft}px, ${scrollTop}px)`;
  for (const head of space.querySelectorAll(".row-head")) head.style.transform = `translateX(${scrollLeft}px)`;
  space.setAttribute("aria-activedescendant", cellId(grid.row, grid.column));
}

function inSight(offset, length) {
  const first = Math.max(0, Math.floor(offset / CELL) - 2);
  const last = Math.min(grid.items.length, Math.ceil((offset + length) / CELL) + 2);
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}

const cellId = (row, column) => `cell-${row}-${column}`;
const placeAt = (element, x, y) => (Object.assign(element.style, { left: `${x}px`, top: `${y}px` }), element);
const itemName = (item) => (item.end ? item.end.id : item.group.name);

function rowHead(item, row) {
  return placeAt(head(item, "rowheader", "row-head"), 0, HEAD.height + row * CELL);
}

function columnHead(item, column) {
  const element = head(item, "columnheader", "column-head");
  element.setAttribute("aria-colindex", column + 2);
  return placeAt(element, HEAD.width + column * CELL, 0);
}

function head(item, role, name) {
  const text = item.end ? item.end.name : item.group.name;
  const act = () => (item.end ? selectEnd(item.end) : setFolded([item.group], !isFolded(item.group)));
  const classes = `${name}${item.end ? "" : " group"}${item.end && (item.end === state.from || item.end === state.to) ? " chosen" : ""}`;
  return html("div", { role, class: classes, title: itemName(item), "aria-label": itemName(item), "aria-expanded": item.end ? null : String(!isFolded(item.group)), onclick: act },
    html("span", {}, item.end ? "" : isFolded(item.group) ? "+ " : "− ", cut(text, role === "rowheader" ? 30 : 19)));
}

// A namespace's cell stands for all pairs of its workloads.
function summary(row, column) {
  const [from, to] = [grid.items[row], grid.items[column]];
  if ([from, to].some((item) => !item.end && !isFolded(item.group))) return { kind: "gap", text: "unfolded" };
  const pairs = (from.end ? [from.end] : from.group.ends).flatMap((source) => (to.end ? [to.end] : to.group.ends).filter((target) => isPair(source, target)).map((target) => flow(source, target)));
  const allowed = pairs.filter((set) => set !== NONE);
  const ports = allowed.length === 1 || (from.end && to.end) ? portsText(allowed[0] ?? NONE) : "";
  if (pairs.length === 0) return { kind: "self", text: "not a pair" };
  const maybe = pairs.length === 1 && from.end && to.end ? unsure(from.end, to.end) : NONE;
  if (allowed.length === 0 && maybe !== NONE) return { kind: "unsure", text: `depends on where pods get their addresses: ${portsText(maybe)}` };
  if (allowed.length === 0) return { kind: "none", text: "nothing allowed" };
  const kind = allowed.length < pairs.length ? "part" : allowed.every((set) => set === EVERY_PORT) ? "every" : "some";
  return { kind, text: ports || `${allowed.length} of ${count(pairs.length, "pair")} may connect` };
}

function cell(row, column) {
  const [from, to] = [grid.items[row], grid.items[column]];
  const { kind, text } = summary(row, column);
  const isChosen = from.end && to.end && from.end === state.from && to.end === state.to;
  const isCross = (from.end && from.end === state.from) || (to.end && to.end === state.to);
  const classes = ["cell", kind, from.end ? "" : "group-row", to.end ? "" : "group-column", isChosen ? "chosen" : "", isCross ? "cross" : "", row === grid.row && column === grid.column ? "current" : ""];
  const name = `${itemName(from)} to ${itemName(to)}: ${text}`;
  return placeAt(
    html("div", { role: "gridcell", id: cellId(row, column), class: classes.filter(Boolean).join(" "), "aria-colindex": column + 2, "aria-label": name, title: name, "aria-selected": String(Boolean(isChosen)), "data-row": row, "data-column": column }, MARKS[kind]),
    HEAD.width + column * CELL,
    HEAD.height + row * CELL,
  );
}

function openCell() {
  const [from, to] = [grid.items[grid.row], grid.items[grid.column]];
  if (from.end && to.end) return selectPair(from.end, to.end);
  if (summary(grid.row, grid.column).kind === "gap") return;
  const node = (item) => ({ key: item.end ? item.end.key : item.group.key, ...item });
  selectGroups(node(from), node(to));
}

function moveTo(row, column) {
  grid.row = Math.min(grid.items.length - 1, Math.max(0, row));
  grid.column = Math.min(grid.items.length - 1, Math.max(0, column));
  const scroller = byId("matrix-scroller");
  const keep = (position, offset, length) => Math.min(position, Math.max(offset, position + CELL - length));
  scroller.scrollTop = keep(grid.row * CELL, scroller.scrollTop, scroller.clientHeight - HEAD.height);
  scroller.scrollLeft = keep(grid.column * CELL, scroller.scrollLeft, scroller.clientWidth - HEAD.width - 40);
  drawCells();
}

function keyInMatrix(event) {
  const page = Math.max(1, Math.floor((byId("matrix-scroller").clientHeight - HEAD.height) / CELL) - 1);
  const last = grid.items.length - 1;
  const moves = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    PageUp: [-page, 0], PageDown: [page, 0], Home: [0, -last], End: [0, last],
  };
  if (moves[event.key]) moveTo(grid.row + moves[event.key][0], grid.column + moves[event.key][1]);
  else if (event.key === "Enter") openCell();
  else if (event.key === " ") setFolded([grid.items[grid.row].group, grid.items[grid.column].group], !isFolded(grid.items[grid.row].group));
  else return;
  event.preventDefault();
}

function buildMatrix() {
  const space = html("div", {
    id: "matrix-space", role: "grid", tabindex: 0,
    "aria-label": "Matrix: rows open connections to columns. Arrow keys move, Enter shows what decides, Space folds namespaces.",
    onkeydown: keyInMatrix,
    onclick: (event) => {
      const target = event.target.closest(".cell");
      if (!target || target.classList.contains("gap")) return;
      moveTo(Number(target.dataset.row), Number(target.dataset.column));
      openCell();
    },
  });
  const key = (kind, text) => html("li", {}, html("span", { class: `cell ${kind}`, "aria-hidden": "true" }, MARKS[kind]), text);
  byId("matrix").append(
    html("div", { id: "matrix-scroller", onscroll: () => requestAnimationFrame(drawCells) }, space),
    html("div", { class: "tools" },
      html("button", { type: "button", onclick: () => setFolded(groups, false) }, "Unfold all"),
      html("button", { type: "button", onclick: () => setFolded(groups, true) }, "Fold all")),
    html("ul", { class: "legend", "aria-label": "Legend" }, key("some", "some ports"), key("every", "every port"), key("part", "some pairs"), data.flows.unsure.length > 0 ? key("unsure", "depends on the pods' addresses") : null, key("none", "nothing")),
  );
}
