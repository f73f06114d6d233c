// What is selected: a pair with the rules that decide it, a workload with its neighbours, or two namespaces.

const MOST_LISTED = 300;

// The panel is made anew; whoever was in it with the keyboard stays at the same field, or goes to the new heading.
function drawDetails() {
  const panel = byId("details");
  const wasInside = panel.contains(document.activeElement);
  const field = document.activeElement.id;
  const content = state.groups ? groupDetails(...state.groups) : state.from && state.to ? pairDetails(state.from, state.to) : state.from ? endDetails(state.from) : overview();
  panel.replaceChildren(chooser(), ...[content].flat(Infinity).filter(Boolean));
  panel.scrollTop = 0;
  const heading = panel.querySelector("h2");
  heading.setAttribute("tabindex", -1);
  if (wasInside) ((field && byId(field)) || heading).focus();
  byId("said").textContent = [heading, panel.querySelector(".verdict")].filter(Boolean).map((element) => element.textContent).join(": ");
}

function chooser() {
  const pick = (label, id, chosen, choose) =>
    html("label", {}, html("span", {}, label), html(
      "select",
      { id, onchange: (event) => choose(event.target.value === "" ? null : ends[Number(event.target.value)]) },
      html("option", { value: "" }, "anybody"),
      groups.map((group) => html("optgroup", { label: group.name }, group.ends.map((end) => html("option", { value: end.index, selected: end === chosen }, end.name)))),
    ));
  return html(
    "form",
    { class: "chooser", "aria-label": "Ask about a pair", onsubmit: (event) => event.preventDefault() },
    pick("From", "from", state.from, (end) => (end ? selectPair(end, state.to) : selectEnd(state.to))),
    html("button", { type: "button", title: "Swap", "aria-label": "Swap from and to", disabled: !(state.from && state.to), onclick: () => selectPair(state.to, state.from) }, "⇄"),
    pick("To", "to", state.to, (end) => (state.from ? selectPair(state.from, end) : selectEnd(end))),
  );
}

function overview() {
  const workloads = ends.filter((end) => !end.isOutside);
  const bare = workloads.filter((end) => end.ingress.length === 0);
  const fact = (number, text) => html("div", { class: "fact" }, html("strong", {}, number.toLocaleString("en")), text);
  return [
    html("h2", {}, "Overview"),
    html(
      "div",
      { class: "facts" },
      fact(workloads.length, workloads.length === 1 ? "workload" : "workloads"),
      fact(groups.filter((group) => !group.isOutside).length, "namespaces"),
      fact(data.policies.length, data.policies.length === 1 ? "policy" : "policies"),
      fact(data.findings.length, data.findings.length === 1 ? "finding" : "findings"),
    ),
    html("p", { class: "hint" }, "Select a workload or an arrow on the map, a cell of the matrix, or a pair above, to see which rules decide."),
    bare.length > 0 ? [html("h3", {}, "Incoming not guarded ", html("span", { class: "count" }, bare.length)), endList(bare.map((end) => ({ end, text: guardText(end), isNote: true })), selectEnd)] : null,
    html("p", { class: "small" }, "Left out, since no policy can forbid it: a pod's connections to itself, and those between a pod and its own node. Pods in their node's network count as addresses outside."),
  ];
}

function endDetails(end) {
  const to = ends.filter((other) => flow(end, other) !== NONE);
  const from = ends.filter((other) => flow(other, end) !== NONE);
  return [
    html("p", { class: "kind" }, end.isOutside ? "Outside the cluster" : [end.kind ?? "Pod", " in ", end.namespace]),
    html("h2", { class: "title" }, end.name),
    end.isOutside ? html("p", { class: "mono" }, moreOf(end.blocks, end.blockCount).join(", ")) : workloadFacts(end),
    html("h3", {}, "May open connections to ", html("span", { class: "count" }, to.length)),
    endList(to.map((other) => ({ end: other, text: portsText(flow(end, other)), isWide: flow(end, other) === EVERY_PORT })), (other) => selectPair(end, other)),
    html("h3", {}, "May be reached by ", html("span", { class: "count" }, from.length)),
    endList(from.map((other) => ({ end: other, text: portsText(flow(other, end)), isWide: flow(other, end) === EVERY_PORT })), (other) => selectPair(other, end)),
  ];
}

const moreOf = (texts, number) => (number > texts.length ? [...texts, `and ${number - texts.length} more`] : texts);

function workloadFacts(end) {
  const row = (name, texts) => (texts.length === 0 ? null : [html("dt", {}, name), html("dd", {}, texts.map((text) => html("span", { class: "tag" }, text)))]);
  const guards = (numbers) => numbers.map((number) => policyName(data.policies[number]));
  return html(
    "dl",
    { class: "properties" },
    row(end.podCount === 1 ? "Pod" : `Pods (${end.podCount})`, moreOf(end.pods, end.podCount)),
    row("Labels", end.labels),
    row("Ports", end.ports),
    row("Guards incoming", end.ingress.length > 0 ? guards(end.ingress) : ["nobody"]),
    row("Guards outgoing", end.egress.length > 0 ? guards(end.egress) : ["nobody"]),
  );
}

function endList(items, choose) {
  if (items.length === 0) return html("p", { class: "small" }, "nobody");
  return html(
    "ul",
    { class: "ends" },
    items.slice(0, MOST_LISTED).map((item) =>
      html("li", {}, html("button", { type: "button", onclick: () => choose(item.end) }, html("span", { class: "end" }, item.end.id), html("span", { class: item.isNote ? "small" : `ports${item.isWide ? " wide" : ""}` }, item.text)))),
    items.length > MOST_LISTED ? html("li", { class: "small" }, `and ${items.length - MOST_LISTED} more`) : null,
  );
}

function groupDetails(source, target) {
  const of = (node) => (node.end ? [node.end] : node.group.ends);
  const pairs = of(source).flatMap((from) => of(target).map((to) => ({ from, to, set: flow(from, to) }))).filter((pair) => pair.set !== NONE && isShown(pair.from, pair.to));
  return [
    html("p", { class: "kind" }, count(pairs.length, "connection")),
    html("h2", { class: "title pair" }, html("span", {}, nameOf(source)), html("span", { class: "arrow" }, "→"), html("span", {}, nameOf(target))),
    html("p", {}, html("button", { type: "button", class: "plain", onclick: () => setFolded([source.group, target.group], false) }, "Unfold both")),
    html("ul", { class: "ends" }, pairs.slice(0, MOST_LISTED).map((pair) =>
      html("li", {}, html("button", { type: "button", onclick: () => selectPair(pair.from, pair.to) }, html("span", { class: "end" }, `${pair.from.name} → ${pair.to.name}`), html("span", { class: `ports${pair.set === EVERY_PORT ? " wide" : ""}` }, portsText(pair.set)))))),
  ];
}

function pairDetails(from, to) {
  const heading = html("h2", { class: "title pair" }, html("span", {}, from.id), html("span", { class: "arrow" }, "→"), html("span", {}, to.id));
  if (!isPair(from, to)) {
    const text = from.isOutside ? "Both are outside the cluster: no policy speaks of them." : "One pod alone: it always reaches itself.";
    return [heading, html("p", { class: "hint" }, text)];
  }
  const set = flow(from, to);
  const maybe = unsure(from, to);
  const verdict = set !== NONE ? `Allowed: ${portsText(set)}` : maybe === NONE ? "Nothing is allowed" : "Nothing is allowed for sure";
  return [
    heading,
    html("p", { class: `verdict ${set === NONE ? "denied" : set === EVERY_PORT ? "wide" : "allowed"}` }, verdict),
    dependsOnFamily(from, to) ? html("p", { class: "small" }, "IPv4 and IPv6 differ; this is what one of them at least lets pass.") : null,
    maybe === NONE ? null : html("p", { class: "unsure" }, `Depends on where pods get their addresses: ${portsText(maybe)}`),
    sideDetails("egress", from, to, `Out of ${from.name}`),
    sideDetails("ingress", to, from, `Into ${to.name}`),
  ];
}

function sideDetails(direction, subject, other, title) {
  const policies = subject[direction].map((number) => data.policies[number]);
  const rules = decidingRules(direction, subject, other);
  const way = direction === "ingress" ? "incoming" : "outgoing";
  const open = subject.isOutside ? "No policy guards what is outside." : `No policy guards ${way} connections here, so all of them pass.`;
  const guarded = policies.length === 0 ? open : `${count(policies.length, "policy guards", "policies guard")} ${way} connections here; ${rules.length === 0 ? "none has a rule for this pair, so nothing passes." : `${count(rules.length, "rule allows", "rules allow")} something of this pair.`}`;
  return html(
    "section",
    { class: "side" },
    html("h3", {}, html("span", { class: `dot ${policies.length === 0 ? "open" : rules.length === 0 ? "denied" : "allowed"}` }), title),
    html("p", {}, guarded),
    rules.map((rule) => ruleDetails(rule, direction)),
    rules.length === 0 && policies.length > 0 ? html("ul", { class: "plain-list" }, policies.map((policy) => html("li", {}, policyHead(policy)))) : null,
  );
}

function policyHead(policy) {
  return [html("strong", {}, policyName(policy)), policy.owner ? html("span", { class: "from" }, `stamped by ${policy.owner}`) : null, policy.place ? html("span", { class: "from mono" }, policy.place) : null];
}

function ruleDetails(rule, direction) {
  const field = `spec.${direction}[${rule.number}]`;
  return html(
    "article",
    { class: "rule" },
    html("header", {}, policyHead(rule.policy)),
    html("p", { class: "rule-line" }, html("code", {}, field), html("span", { class: `ports${rule.set === EVERY_PORT ? " wide" : ""}` }, portsText(rule.set))),
    html("pre", { tabindex: 0, "aria-label": `Text of ${field}` }, yaml(rule.policy.spec[direction][rule.number]).trimStart()),
  );
}
