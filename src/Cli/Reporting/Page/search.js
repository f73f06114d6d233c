// Search: workloads by name, label, pod or port, namespaces, and policies. A combobox as the ARIA practices describe it.

const MOST_HITS = 12;
const found = { hits: [], at: -1 };
const subjects = [
  ...ends.map((end) => ({
    kind: end.isOutside ? "outside" : "workload",
    name: end.id,
    text: [end.id, ...end.labels, ...end.ports, ...(end.pods ?? []), ...(end.blocks ?? [])].join(" ").toLowerCase(),
    choose: () => reveal(end),
  })),
  ...groups.filter((group) => !group.isOutside).map((group) => ({
    kind: "namespace",
    name: group.name,
    text: group.name.toLowerCase(),
    choose: () => (setFolded([group], false), state.view === "map" && focusNode(group.key)),
  })),
  ...data.policies.map((policy, number) => ({
    kind: "policy",
    name: policyName(policy),
    text: `${policyName(policy)} ${policy.owner ?? ""}`.toLowerCase(),
    choose: () => reveal(ends.find((end) => end.ingress.includes(number) || end.egress.includes(number)) ?? null),
  })),
];

function reveal(end) {
  if (end && isFolded(end.group)) setFolded([end.group], false);
  selectEnd(end);
  if (end && state.view === "map") focusNode(end.key);
}

function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (subject) => (subject.name.toLowerCase().includes(words[0]) ? 0 : 1);
  found.hits = words.length === 0 ? [] : subjects.filter((subject) => words.every((word) => subject.text.includes(word))).sort((a, b) => rank(a) - rank(b)).slice(0, MOST_HITS);
  found.at = found.hits.length > 0 ? 0 : -1;
  drawHits(words.length > 0);
}

function drawHits(isOpen) {
  const list = byId("hits");
  list.hidden = !isOpen;
  byId("search").setAttribute("aria-expanded", String(isOpen));
  const option = (hit, i) => html("li", { role: "option", id: `hit-${i}`, "aria-selected": String(i === found.at), onpointerdown: (event) => (event.preventDefault(), take(hit)) }, html("span", {}, hit.name), html("small", {}, hit.kind));
  list.replaceChildren(...(found.hits.length > 0 ? found.hits.map(option) : [html("li", { class: "none" }, "Nothing found")]));
  if (found.at >= 0) byId("search").setAttribute("aria-activedescendant", `hit-${found.at}`);
  else byId("search").removeAttribute("aria-activedescendant");
}

function take(hit) {
  drawHits(false);
  byId("search").value = "";
  hit.choose();
}

function keyInSearch(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.hits.length > 0) {
    found.at = (found.at + step + found.hits.length) % found.hits.length;
    drawHits(true);
  } else if (event.key === "Enter" && found.at >= 0) take(found.hits[found.at]);
  else if (event.key === "Escape") {
    byId("search").value = "";
    drawHits(false);
    byId("search").blur();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function buildSearch() {
  const field = byId("search");
  field.addEventListener("input", () => search(field.value));
  field.addEventListener("keydown", keyInSearch);
  field.addEventListener("blur", () => drawHits(false));
}
