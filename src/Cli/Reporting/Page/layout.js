// Where everything of the map is drawn: namespaces in layers from left to right, as connections mostly run. The same data gives the
// same picture: no chance, and ties are broken by the order of names.

const BOX = { folded: { width: 204, height: 60 }, head: 40, pad: 14, pill: { least: 104, width: 190, height: 34, gap: 10 }, most: 14, arcs: 30 };
const SHAPE = 1.35;
const SPACE = { layer: 110, column: 34, row: 26 };

// nodes: what is visible; links: {from, to, weight} between groups.
function arrange(links, folded) {
  const boxes = groups.map((group) => boxOf(group, folded(group)));
  const layers = layersOf(links, boxes.length);
  untangle(layers, links);
  place(layers, boxes, bestHeight(layers, boxes));
  return boxes;
}

function boxOf(group, isFolded) {
  if (isFolded) return { group, isFolded, ...BOX.folded, pills: [] };
  const columns = Math.ceil(group.ends.length / BOX.most);
  const perColumn = Math.ceil(group.ends.length / columns);
  const { height, gap } = BOX.pill;
  const width = pillWidth(group);
  const pills = inOrderOfFlow(group.ends).map((end, i) => ({
    end,
    dx: BOX.pad + Math.floor(i / perColumn) * (width + BOX.arcs),
    dy: BOX.head + (i % perColumn) * (height + gap),
    width,
    height,
  }));
  return {
    group,
    isFolded,
    pills,
    width: 2 * BOX.pad + columns * (width + BOX.arcs) - (group.isOutside ? BOX.arcs : 6),
    height: BOX.head + perColumn * (height + gap) - gap + BOX.pad,
  };
}

// As wide as the longest name needs, about; texts cannot be measured before they are drawn.
function pillWidth(group) {
  const longest = Math.max(...group.ends.map((end) => end.name.length + (end.podCount > 1 ? 4 : 0)), group.name.length - 1);
  return Math.min(BOX.pill.width, Math.max(BOX.pill.least, 30 + 7.6 * longest));
}

// Who opens connections to others of the group stands above them.
function inOrderOfFlow(some) {
  const decided = (from, to) => flow(from, to) !== NONE && isDecided(from, to);
  const score = new Map(
    some.map((end) => [end, some.reduce((sum, other) => sum + (decided(end, other) ? 1 : 0) - (decided(other, end) ? 1 : 0), 0)]),
  );
  return [...some].sort((a, b) => score.get(b) - score.get(a) || a.index - b.index);
}

// Groups in an order in which few links run backwards (Eades, Lin and Smyth), then as far left as the links let them.
function layersOf(links, number) {
  const order = acyclicOrder(links, number);
  const position = new Map(order.map((group, i) => [group, i]));
  const layer = new Array(number).fill(0);
  for (const group of order) {
    for (const link of links) {
      if (link.to === group && position.get(link.from) < position.get(group)) layer[group] = Math.max(layer[group], layer[link.from] + 1);
    }
  }
  // Who is nobody's target, but calls somebody far right, stands beside whom it calls; the outside always comes first.
  for (const group of [...order].reverse()) {
    const targets = links.filter((link) => link.from === group && position.get(link.to) > position.get(group)).map((link) => layer[link.to]);
    if (targets.length > 0 && !groups[group].isOutside) layer[group] = Math.max(layer[group], Math.min(...targets) - 1);
  }
  // A long chain is folded together rather than drawn so wide that nothing can be read.
  const deepest = Math.max(...layer) + 1;
  const most = Math.max(4, Math.round(Math.sqrt(number) * 0.75));
  const layers = [];
  layer.forEach((at, group) => (layers[deepest <= most ? at : Math.floor((at * most) / deepest)] ??= []).push(group));
  return layers.filter(Boolean);
}

function acyclicOrder(links, number) {
  const left = new Set(Array.from({ length: number }, (_, i) => i));
  const [first, last] = [[], []];
  while (left.size > 0) {
    const within = links.filter((link) => left.has(link.from) && left.has(link.to));
    const [out, into] = [new Map(), new Map()];
    for (const link of within) {
      out.set(link.from, (out.get(link.from) ?? 0) + link.weight);
      into.set(link.to, (into.get(link.to) ?? 0) + link.weight);
    }
    const all = [...left];
    const sinks = all.filter((group) => !out.has(group) && into.has(group));
    const sources = all.filter((group) => !into.has(group));
    if (sinks.length > 0) last.unshift(...sinks);
    else if (sources.length > 0) first.push(...sources);
    else first.push(all.reduce((best, group) => (out.get(group) - into.get(group) > out.get(best) - into.get(best) ? group : best)));
    for (const group of [...first, ...last]) left.delete(group);
  }
  return [...first, ...last];
}

// Within a layer everybody goes to the middle of those he is linked with.
function untangle(layers, links) {
  const at = new Map();
  const number = () => layers.forEach((layer) => layer.forEach((group, i) => at.set(group, (i + 0.5) / layer.length)));
  number();
  for (let sweep = 0; sweep < 6; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const middle = new Map(layer.map((group) => [group, middleOf(group, links, at)]));
      layer.sort((a, b) => middle.get(a) - middle.get(b) || a - b);
      number();
    }
  }
}

function middleOf(group, links, at) {
  const others = links.filter((link) => link.from === group || link.to === group).map((link) => at.get(link.from === group ? link.to : link.from));
  return others.length === 0 ? at.get(group) : others.reduce((sum, place) => sum + place, 0) / others.length;
}

// The height that lets everything be drawn largest in a window of the usual shape.
function bestHeight(layers, boxes) {
  const area = boxes.reduce((sum, box) => sum + (box.width + SPACE.column) * (box.height + SPACE.row), 0);
  const least = Math.max(560, ...boxes.map((box) => box.height));
  const heights = [0.7, 0.85, 1, 1.2, 1.45, 1.8, 2.2].map((factor) => Math.max(least, Math.sqrt(area) * factor));
  const scale = (height) => {
    const drawn = place(layers, boxes, height);
    return Math.min(SHAPE / drawn.width, 1 / drawn.height);
  };
  return heights.reduce((best, height) => (scale(height) > scale(best) ? height : best));
}

// A layer that would be taller becomes several columns.
function place(layers, boxes, tallest) {
  const columns = [];
  for (const layer of layers) {
    const total = layer.reduce((sum, group) => sum + boxes[group].height + SPACE.row, 0);
    const parts = Math.ceil(total / tallest);
    const share = total / parts;
    let filled = 0;
    const split = Array.from({ length: parts }, () => []);
    for (const group of layer) {
      split[Math.min(parts - 1, Math.floor(filled / share))].push(group);
      filled += boxes[group].height + SPACE.row;
    }
    columns.push(...split.filter((column) => column.length > 0).map((column, i) => ({ column, isFirst: i === 0 })));
  }
  let x = 0;
  for (const { column, isFirst } of columns) {
    x += x === 0 ? 0 : isFirst ? SPACE.layer : SPACE.column;
    const height = column.reduce((sum, group) => sum + boxes[group].height + SPACE.row, -SPACE.row);
    const width = Math.max(...column.map((group) => boxes[group].width));
    let y = -height / 2;
    for (const group of column) {
      Object.assign(boxes[group], { x: x + (width - boxes[group].width) / 2, y });
      y += boxes[group].height + SPACE.row;
    }
    x += width;
  }
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - Math.min(...boxes.map((box) => box.y));
  return { width: x, height };
}
