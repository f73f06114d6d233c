// The map: namespaces as boxes, workloads in them, connections between them. Arrow keys walk from one to the next.

const MOST_EDGES = 2500;
const MOST_LABELS = 60;
const view = { x: 0, y: 0, scale: 1, current: null };
let scene = { nodes: new Map(), edges: [], bounds: null };

function drawMap() {
  const links = groupLinks();
  const boxes = arrange(links, isFolded);
  scene = { nodes: nodesOf(boxes), edges: [], boxes };
  scene.edges = edgesOf(scene.nodes);
  scene.bounds = boundsOf(boxes);
  const isCrowded = scene.edges.length > MOST_EDGES;
  byId("scene").replaceChildren(
    svg("g", {}, boxes.map(drawBox)),
    svg("g", { id: "edges", class: isCrowded ? "crowded" : scene.edges.length > 60 ? "many" : "" }, isCrowded ? [] : scene.edges.map(drawEdge)),
    svg("g", {}, [...scene.nodes.values()].map(drawNode)),
    svg("g", { id: "labels" }, scene.edges.length <= MOST_LABELS ? drawLabels() : []),
  );
  byId("map-note").textContent = isCrowded ? "Too many connections to draw at once: select a workload, or fold namespaces." : "";
  if (!scene.nodes.has(view.current)) view.current = [...scene.nodes.keys()][0] ?? null;
  markMap();
}

// Connections that no policy has a say in are left out unless asked for: in a cluster without policies that is everything.
function isShown(from, to) {
  return state.isEverything || isDecided(from, to);
}

function groupLinks() {
  const weights = new Map();
  eachFlow((from, to) => {
    if (from.group !== to.group && isDecided(from, to)) {
      const key = from.group.index * groups.length + to.group.index;
      weights.set(key, (weights.get(key) ?? 0) + 1);
    }
  });
  return [...weights].map(([key, weight]) => ({ from: Math.floor(key / groups.length), to: key % groups.length, weight }));
}

function nodesOf(boxes) {
  const nodes = new Map();
  for (const box of boxes) {
    nodes.set(box.group.key, { key: box.group.key, group: box.group, ...box, isBox: true });
    for (const pill of box.pills) {
      const at = { x: box.x + pill.dx, y: box.y + pill.dy, width: pill.width, height: pill.height };
      nodes.set(pill.end.key, { key: pill.end.key, end: pill.end, group: box.group, ...at });
    }
  }
  return nodes;
}

const nodeKeyOf = (end) => (isFolded(end.group) ? end.group.key : end.key);

function edgesOf(nodes) {
  const edges = new Map();
  eachFlow((from, to, set) => {
    const [source, target] = [nodeKeyOf(from), nodeKeyOf(to)];
    if (source === target || !isShown(from, to)) return;
    const key = `${source} ${target}`;
    const edge = edges.get(key) ?? { key, source: nodes.get(source), target: nodes.get(target), flows: 0, wide: 0, from, to, set };
    edge.flows++;
    edge.wide += set === EVERY_PORT ? 1 : 0;
    edges.set(key, edge);
  });
  return [...edges.values()];
}

function boundsOf(boxes) {
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  return {
    x: left,
    y: top,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - left,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - top,
  };
}

function drawBox(box) {
  return svg("rect", { class: `box${box.isFolded ? " folded" : ""}${box.group.isOutside ? " outside" : ""}`, x: box.x, y: box.y, width: box.width, height: box.height, rx: 12 });
}

function drawNode(node) {
  const content = node.end ? drawWorkload(node) : drawHead(node);
  return svg(
    "g",
    {
      class: `node ${node.end ? "workload" : "namespace"}`,
      "data-key": node.key,
      role: "button",
      tabindex: -1,
      "aria-label": labelOf(node),
      "aria-expanded": node.end ? null : String(!node.isFolded),
      transform: `translate(${node.x} ${node.y})`,
      onclick: () => activate(node),
    },
    svg("title", {}, labelOf(node)),
    content,
  );
}

function labelOf(node) {
  if (!node.end) return `${node.group.isOutside ? "Outside the cluster" : `Namespace ${node.group.name}`}, ${count(node.group.ends.length, node.group.isOutside ? "range" : "workload")}`;
  if (node.end.isOutside) return node.end.id;
  return `${node.end.id}, ${guardText(node.end)}`;
}

function guardText(end) {
  const [incoming, outgoing] = [end.ingress.length > 0, end.egress.length > 0];
  if (incoming && outgoing) return "guarded both ways";
  return incoming ? "incoming guarded, outgoing open" : outgoing ? "incoming open, outgoing guarded" : "no policy guards it";
}

function drawHead({ group, width, isFolded: folded }) {
  const guarded = group.ends.filter((end) => end.ingress.length > 0).length;
  const kind = group.isOutside ? "outside the cluster" : folded ? `${count(group.ends.length, "workload")}, ${guarded} guarded` : "";
  return [
    svg("rect", { class: `head${folded ? " folded" : ""}`, width, height: folded ? BOX.folded.height : BOX.head - 6, rx: 12 }),
    svg("path", { class: "chevron", d: folded ? "M16 24 l6 6 -6 6" : "M13 15 l6 6 6 -6" }),
    svg("text", { class: "name", x: 36, y: 26 }, cut(group.name, Math.floor((width - 44) / 7.9))),
    folded ? svg("text", { class: "sub", x: 36, y: 45 }, kind) : null,
  ];
}

function drawWorkload({ end, width, height }) {
  const guards = end.isOutside ? "" : ` ${end.ingress.length > 0 ? "in" : ""}${end.egress.length > 0 ? "out" : ""}`;
  const pods = end.podCount > 1 ? ` ×${end.podCount}` : "";
  return [
    svg("rect", { class: `pill${end.isOutside ? " outside" : ""}${guards.trim() === "" && !end.isOutside ? " bare" : ""}`, width, height, rx: 8 }),
    end.ingress.length > 0 ? svg("path", { class: "guard", d: `M8 0 H6 a6 6 0 0 0 -6 6 V${height - 6} a6 6 0 0 0 6 6 H8 a4 6 0 0 1 -4 -6 V6 a4 6 0 0 1 4 -6 Z` }) : null,
    end.egress.length > 0
      ? svg("path", { class: "guard", d: `M${width - 8} 0 h2 a6 6 0 0 1 6 6 V${height - 6} a6 6 0 0 1 -6 6 h-2 a4 6 0 0 0 4 -6 V6 a4 6 0 0 0 -4 -6 Z` })
      : null,
    svg("text", { class: "name", x: 14, y: height / 2 + 4.5 }, cut(end.name, Math.floor((width - 28) / 7.5) - pods.length), svg("tspan", { class: "pods" }, pods)),
  ];
}

// From the side of the one to the near side of the other; within a column around its right.
function curve(edge) {
  const [a, b] = [edge.source, edge.target];
  const [ay, by] = [anchor(a), anchor(b)];
  if (b.x >= a.x + a.width) return bend(a.x + a.width, ay, b.x, by, Math.max(40, (b.x - a.x - a.width) / 2), 1, -1);
  if (b.x + b.width <= a.x) return bend(a.x, ay, b.x + b.width, by, Math.max(40, (a.x - b.x - b.width) / 2), -1, 1);
  const reach = Math.min(70, 16 + Math.abs(by - ay) / 5);
  const right = Math.max(a.x + a.width, b.x + b.width);
  return bend(a.x + a.width, ay - 4, b.x + b.width, by + (by > ay ? -5 : 5), right - Math.min(a.x + a.width, b.x + b.width) + reach, 1, 1);
}

const anchor = (node) => node.y + (node.end ? node.height / 2 : BOX.folded.height / 2);

function bend(x1, y1, x2, y2, pull, out, into) {
  const [c1, c2] = [x1 + out * pull, x2 + into * pull];
  const along = (t, p0, p1, p2, p3) => (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t ** 2 * p2 + t ** 3 * p3;
  return { d: `M${x1} ${y1}C${c1} ${y1} ${c2} ${y2} ${x2} ${y2}`, at: (t) => ({ x: along(t, x1, c1, c2, x2), y: along(t, y1, y1, y2, y2) }) };
}

function drawEdge(edge) {
  const shape = (edge.shape = curve(edge));
  const wide = edge.wide === edge.flows ? " wide" : edge.wide > 0 ? " mixed" : "";
  const weight = edge.flows === 1 ? 1.6 : Math.min(4.5, 1.6 + Math.log2(edge.flows) * 0.45);
  return svg(
    "g",
    { class: `edge${wide}`, "data-key": edge.key, onclick: () => selectEdge(edge) },
    svg("title", {}, `${nameOf(edge.source)} to ${nameOf(edge.target)}: ${edgeText(edge)}`),
    svg("path", { class: "hit", d: shape.d }),
    svg("path", { class: "line", d: shape.d, "stroke-width": weight, "marker-end": `url(#arrow${wide ? "-wide" : ""})` }),
  );
}

// The ports stand on their connection, where they hide neither a name nor other ports; where there is no such place they are left out.
function drawLabels() {
  const taken = [...scene.nodes.values()].map((node) => ({ x: node.x, y: node.y, width: node.width, height: node.isBox ? BOX.head - 6 : node.height }));
  return scene.edges.filter((edge) => !(edge.source.isBox && edge.target.isBox)).map((edge) => {
    const text = cut(edgeText(edge), 24);
    const room = (t) => {
      const { x, y } = edge.shape.at(t);
      return { x: x - text.length * 3.4 - 3, y: y - 16, width: text.length * 6.8 + 6, height: 17 };
    };
    const isFree = (t) => !taken.some((other) => overlap(room(t), other));
    const t = [0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8].find(isFree);
    if (t === undefined) return null;
    taken.push(room(t));
    const { x, y } = edge.shape.at(t);
    return svg("text", { class: "label", "data-key": edge.key, x, y: y - 4 }, text);
  }).filter(Boolean);
}

const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const nameOf = (node) => (node.end ? node.end.id : node.group.name);
const edgeText = (edge) => (edge.flows === 1 ? portsText(edge.set) : count(edge.flows, "connection"));

function selectEdge(edge) {
  edge.flows === 1 ? selectPair(edge.from, edge.to) : selectGroups(edge.source, edge.target);
}

function activate(node) {
  view.current = node.key;
  node.end ? selectEnd(node.end) : setFolded([node.group], !node.isFolded);
  focusNode(node.key);
}

// What is selected stands out, what has nothing to do with it steps back.
function markMap() {
  const chosen = state.groups?.map((node) => node.key) ?? [state.from, state.to].filter(Boolean).map(nodeKeyOf);
  const isPairChosen = chosen.length === 2;
  const near = new Set(chosen);
  const isNear = (edge) =>
    isPairChosen ? edge.source.key === chosen[0] && edge.target.key === chosen[1] : chosen.includes(edge.source.key) || chosen.includes(edge.target.key);
  for (const edge of scene.edges.filter(isNear)) near.add(edge.source.key).add(edge.target.key);
  const keys = new Set(scene.edges.filter(isNear).map((edge) => edge.key));
  byId("scene").classList.toggle("chosen", chosen.length > 0);
  for (const element of byId("scene").querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    element.classList.toggle("near", near.has(key) || keys.has(key));
    element.classList.toggle("chosen", chosen.includes(key));
    if (element.classList.contains("node")) element.setAttribute("tabindex", key === view.current ? 0 : -1);
  }
  drawChosenEdges(keys);
}

// In a crowd only the edges of what is selected are drawn.
function drawChosenEdges(keys) {
  const layer = byId("edges");
  if (layer.classList.contains("crowded")) layer.replaceChildren(...scene.edges.filter((edge) => keys.has(edge.key)).map(drawEdge));
  if (layer.classList.contains("crowded")) for (const element of layer.children) element.classList.add("near");
}

function fit() {
  const { width, height } = byId("canvas").getBoundingClientRect();
  const bounds = scene.bounds;
  const room = { x: 36, top: 30, bottom: 74 };
  view.scale = Math.min(1.25, (width - 2 * room.x) / bounds.width, (height - room.top - room.bottom) / bounds.height);
  view.x = (width - bounds.width * view.scale) / 2 - bounds.x * view.scale;
  view.y = room.top + (height - room.top - room.bottom - bounds.height * view.scale) / 2 - bounds.y * view.scale;
  applyView();
}

function applyView() {
  byId("scene").setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
}

function zoom(factor, x, y) {
  const box = byId("canvas").getBoundingClientRect();
  const [px, py] = [x ?? box.width / 2, y ?? box.height / 2];
  const scale = Math.min(3, Math.max(0.05, view.scale * factor));
  view.x = px - ((px - view.x) * scale) / view.scale;
  view.y = py - ((py - view.y) * scale) / view.scale;
  view.scale = scale;
  applyView();
}

function focusNode(key) {
  view.current = key;
  markMap();
  const node = scene.nodes.get(key);
  const box = byId("canvas").getBoundingClientRect();
  const [x, y] = [node.x * view.scale + view.x, node.y * view.scale + view.y];
  if (x < 20) view.x += 60 - x;
  if (y < 20) view.y += 60 - y;
  if (x + node.width * view.scale > box.width - 20) view.x -= x + node.width * view.scale - box.width + 60;
  if (y + 40 * view.scale > box.height - 80) view.y -= y + 40 * view.scale - box.height + 120;
  applyView();
  [...byId("scene").querySelectorAll(".node")].find((element) => element.dataset.key === key)?.focus({ preventScroll: true });
}

// The nearest in the direction of the key: how far along, and twice how far aside.
function walk(key) {
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const here = scene.nodes.get(view.current);
  const middle = (node) => [node.x + node.width / 2, anchor(node)];
  const [x, y] = middle(here);
  let best = null;
  for (const node of scene.nodes.values()) {
    const [along, aside] = [(middle(node)[0] - x) * dx + (middle(node)[1] - y) * dy, Math.abs((middle(node)[0] - x) * dy) + Math.abs((middle(node)[1] - y) * dx)];
    const cost = along + 2 * aside;
    if (node !== here && along > 1 && (best === null || cost < best.cost)) best = { node, cost };
  }
  if (best) focusNode(best.node.key);
}

function keyInMap(event) {
  const node = scene.nodes.get(view.current);
  const actions = {
    Enter: () => activate(node),
    " ": () => (node.end ? activate(node) : setFolded([node.group], !node.isFolded)),
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: fit,
  };
  if (event.key.startsWith("Arrow")) walk(event.key);
  else if (actions[event.key]) actions[event.key]();
  else return;
  event.preventDefault();
}

function buildMap() {
  const marker = (id, name) =>
    svg("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, svg("path", { class: name, d: "M0 0.5 L7.5 4 L0 7.5 Z" }));
  const canvas = svg(
    "svg",
    { id: "canvas", role: "group", "aria-label": "Map. Arrow keys walk, Enter selects, Space folds a namespace, plus and minus zoom, 0 shows all.", onkeydown: keyInMap },
    svg("defs", {}, marker("arrow", "tip"), marker("arrow-wide", "tip wide")),
    svg("g", { id: "scene" }),
  );
  let hidden = 0;
  eachFlow((from, to) => (hidden += from !== to && !isDecided(from, to) ? 1 : 0));
  const tool = (text, title, action) => html("button", { type: "button", title, "aria-label": title, onclick: action }, text);
  byId("map").append(
    canvas,
    html(
      "div",
      { class: "tools" },
      tool("+", "Zoom in", () => zoom(1.25)),
      tool("−", "Zoom out", () => zoom(0.8)),
      tool("Fit", "Show all", fit),
      tool("Unfold", "Unfold all namespaces", () => (setFolded(groups, false), fit())),
      tool("Fold", "Fold all namespaces", () => (setFolded(groups, true), fit())),
      html("label", { title: "Connections between workloads that no policy isolates: allowed because nothing forbids them" },
        html("input", { id: "everything", type: "checkbox", checked: state.isEverything, onchange: (event) => update({ isEverything: event.target.checked }) }),
        `Undecided too (${hidden.toLocaleString("en")})`),
    ),
    html("p", { id: "map-note", class: "note", role: "status" }),
    legend(),
  );
  moveByPointer(canvas);
}

function legend() {
  const sample = (...shapes) => svg("svg", { width: 34, height: 16, "aria-hidden": "true" }, shapes);
  const line = (name) => svg("path", { class: `line ${name}`, d: "M1 8 H27", "stroke-width": 2, "marker-end": `url(#arrow${name ? "-wide" : ""})` });
  const pill = (name) => svg("rect", { class: `pill ${name}`, x: 1, y: 1, width: 32, height: 14, rx: 4 });
  const guard = svg("rect", { class: "guard", x: 1, y: 1, width: 4, height: 14, rx: 2 });
  const right = svg("rect", { class: "guard", x: 29, y: 1, width: 4, height: 14, rx: 2 });
  return html(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    html("li", {}, sample(line("")), "some ports"),
    html("li", {}, sample(line("wide")), "every port"),
    html("li", {}, sample(pill(""), guard), "incoming guarded"),
    html("li", {}, sample(pill(""), right), "outgoing guarded"),
    html("li", {}, sample(pill("bare")), "no policy guards it"),
  );
}

function moveByPointer(canvas) {
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.x, event.clientY - box.y);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".node, .edge")) return;
    const start = { x: event.clientX - view.x, y: event.clientY - view.y };
    const began = { x: event.clientX, y: event.clientY };
    const move = (next) => {
      [view.x, view.y] = [next.clientX - start.x, next.clientY - start.y];
      applyView();
    };
    const end = (last) => {
      canvas.removeEventListener("pointermove", move);
      if (Math.abs(last.clientX - began.x) + Math.abs(last.clientY - began.y) < 4) selectEnd(null);
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end, { once: true });
  });
  canvas.addEventListener("focusin", (event) => {
    const node = event.target.closest(".node");
    if (!node || node.dataset.key === view.current) return;
    view.current = node.dataset.key;
    markMap();
  });
  canvas.addEventListener("pointerover", (event) => {
    const key = event.target.closest(".node, .edge")?.dataset.key ?? null;
    for (const element of byId("edges").children) {
      element.classList.toggle("hover", key !== null && (element.dataset.key === key || element.dataset.key.split(" ").includes(key)));
    }
  });
}
