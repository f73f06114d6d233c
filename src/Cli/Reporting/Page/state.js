// What is shown. It is kept in the address, so that a view can be sent to somebody.

const FEW = 40;
const VIEWS = ["map", "matrix", "findings"];
const state = { view: "map", from: null, to: null, groups: null, isEverything: false, theme: null, unfolded: new Set() };
const listeners = [];
const isFolded = (group) => !state.unfolded.has(group.index);

function unfoldAtFirst() {
  state.unfolded = new Set(ends.length <= FEW ? groups.map((group) => group.index) : []);
}

function update(change) {
  Object.assign(state, change);
  writeAddress();
  for (const listener of listeners) listener(change);
}

const selectEnd = (end) => update({ from: end, to: null, groups: null });
const selectPair = (from, to) => update({ from, to, groups: null });
const selectGroups = (from, to) => update({ from: null, to: null, groups: [from, to] });

function setFolded(some, isToFold) {
  const unfolded = new Set(state.unfolded);
  for (const group of some) isToFold ? unfolded.delete(group.index) : unfolded.add(group.index);
  update({ unfolded });
}

function writeAddress() {
  const address = new URLSearchParams();
  if (state.view !== "map") address.set("view", state.view);
  if (state.from) address.set("from", state.from.id);
  if (state.to) address.set("to", state.to.id);
  if (state.isEverything) address.set("flows", "all");
  if (state.theme) address.set("theme", state.theme);
  // replaceState is refused for files by some browsers' settings; the page works without it.
  try { history.replaceState(null, "", `#${address}`); } catch { /* the address stays as it was */ }
}

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const theme = address.get("theme");
  return {
    view: VIEWS.includes(address.get("view")) ? address.get("view") : "map",
    from: endById.get(address.get("from")) ?? null,
    to: endById.get(address.get("to")) ?? null,
    isEverything: address.get("flows") === "all",
    theme: theme === "light" || theme === "dark" ? theme : null,
  };
}
