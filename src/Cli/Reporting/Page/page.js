// Puts the parts together and follows the state.

function showView() {
  for (const name of VIEWS) {
    const isShownNow = state.view === name;
    byId(name).hidden = !isShownNow;
    byId(`tab-${name}`).setAttribute("aria-selected", String(isShownNow));
    byId(`tab-${name}`).setAttribute("tabindex", isShownNow ? 0 : -1);
  }
  if (state.view === "map") drawMap();
  if (state.view === "matrix") drawMatrix();
}

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

function showTheme() {
  if (state.theme) document.documentElement.dataset.theme = state.theme;
}

function switchTheme() {
  const isDark = state.theme ? state.theme === "dark" : prefersDark();
  update({ theme: isDark ? "light" : "dark" });
}

function follow(change) {
  if ("theme" in change) showTheme();
  if ("view" in change) showView();
  else if ("unfolded" in change || "isEverything" in change) state.view === "matrix" ? drawMatrix() : drawMap();
  else if (state.view === "map") markMap();
  else if (state.view === "matrix") drawCells();
  if ("from" in change || "to" in change || "groups" in change || "isEverything" in change) drawDetails();
  if ("view" in change && state.view === "map") fit();
}

function buildTabs() {
  VIEWS.forEach((name, i) => {
    const tab = byId(`tab-${name}`);
    tab.addEventListener("click", () => update({ view: name }));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = VIEWS[(i + step + VIEWS.length) % VIEWS.length];
      update({ view: next });
      byId(`tab-${next}`).focus();
    });
  });
}

// Single keys, while no field has the focus: / search, m map, x matrix, f findings, d light or dark, Escape nothing selected.
function keyAnywhere(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const actions = {
    "/": () => byId("search").focus(),
    m: () => update({ view: "map" }),
    x: () => update({ view: "matrix" }),
    f: () => update({ view: "findings" }),
    d: switchTheme,
    Escape: () => selectEnd(null),
  };
  if (!actions[event.key]) return;
  actions[event.key]();
  event.preventDefault();
}

function start() {
  const workloads = ends.filter((end) => !end.isOutside).length;
  byId("source").textContent = `${data.title} · ${count(workloads, "workload")} · ${count(data.policies.length, "policy", "policies")}`;
  document.title = `Palisade: ${data.title}`;
  unfoldAtFirst();
  Object.assign(state, readAddress());
  for (const end of [state.from, state.to]) if (end) state.unfolded.add(end.group.index);
  buildTabs();
  buildMap();
  buildMatrix();
  buildFindings();
  buildSearch();
  byId("theme").addEventListener("click", switchTheme);
  document.addEventListener("keydown", keyAnywhere);
  addEventListener("resize", () => (state.view === "map" ? fit() : state.view === "matrix" && drawCells()));
  addEventListener("hashchange", () => update(readAddress()));
  listeners.push(follow);
  update({ theme: state.theme, view: state.view, from: state.from });
}

start();
