// What was given to the page:
//   ends      workloads {namespace, name, kind, pods, podCount, labels, ports, ingress, egress}, then the outside {name, blocks};
//             ingress and egress are the numbers of the policies that isolate it
//   policies  {namespace, name, owner, place, spec}
//   ports     sets of ports as texts: 0 is none, 1 is every port
//   flows     for each source the numbers of the sets by destination, as runs (count, number, ...)
//             byFamily: pairs for which IPv4 and IPv6 differ; unsure: source, destination and the set that depends on the pods' addresses
//   rules     ingress and egress: for each end its rules [policy, number of the rule, row]; a row gives a set for each other end
//   findings  {code, severity, object, text, place}

const NONE = 0;
const EVERY_PORT = 1;
const data = JSON.parse(byId("data").textContent);
const size = data.ends.length;

function unrun(runs, into, offset) {
  for (let i = 0; i < runs.length; i += 2) into.fill(runs[i + 1], offset, (offset += runs[i]));
  return into;
}

const flowSets = new Uint32Array(size * size);
data.flows.rows.forEach((runs, source) => unrun(runs, flowSets, source * size));
const byFamily = new Set(data.flows.byFamily.map(([from, to]) => from * size + to));
// What depends on where pods get their addresses, since policies have blocks and the manifests have no addresses.
const unsureSets = new Map(data.flows.unsure.map(([from, to, set]) => [from * size + to, set]));
const rows = data.rules.rows.map((runs) => unrun(runs, new Uint32Array(size), 0));

const groups = [];
const ends = data.ends.map((end, index) => {
  const isOutside = end.namespace === undefined;
  const groupName = isOutside ? "outside" : end.namespace;
  if (groups.length === 0 || groups.at(-1).name !== groupName || groups.at(-1).isOutside !== isOutside) {
    groups.push({ index: groups.length, name: groupName, isOutside, ends: [], key: `group:${groups.length}` });
  }
  const whole = {
    ingress: [],
    egress: [],
    labels: [],
    ports: [],
    ...end,
    index,
    isOutside,
    key: `end:${index}`,
    group: groups.at(-1),
    id: isOutside ? `outside ${end.name}` : `${end.namespace}/${end.name}`,
  };
  groups.at(-1).ends.push(whole);
  return whole;
});
const endById = new Map(ends.map((end) => [end.id, end]));

// A pod reaches itself whatever the policies say, so one pod alone is no pair with itself.
const isPair = (from, to) => !(from.isOutside && to.isOutside) && !(from === to && from.podCount === 1);
const flow = (from, to) => (isPair(from, to) ? flowSets[from.index * size + to.index] : NONE);
const portsText = (set) => data.ports[set];
const isDecided = (from, to) => from.egress.length > 0 || to.ingress.length > 0;
const dependsOnFamily = (from, to) => byFamily.has(from.index * size + to.index);
const unsure = (from, to) => (isPair(from, to) ? (unsureSets.get(from.index * size + to.index) ?? NONE) : NONE);
const policyName = (policy) => (policy.namespace ? `${policy.namespace}/${policy.name}` : policy.name);

// The rules of one direction that allow something of a pair; the subject is the end whose policies they are.
function decidingRules(direction, subject, other) {
  return data.rules[direction][subject.index]
    .map(([policy, number, row]) => ({ policy: data.policies[policy], number, set: rows[row][other.index] }))
    .filter((rule) => rule.set !== NONE);
}

function eachFlow(visit) {
  for (const from of ends) {
    for (const to of ends) {
      const set = flow(from, to);
      if (set !== NONE) visit(from, to, set);
    }
  }
}
