// The findings list, with a choice of severities and a field to narrow it down.

function buildFindings() {
  const errors = data.findings.filter((finding) => finding.severity === "error").length;
  byId("finding-count").textContent = data.findings.length;
  if (data.findings.length === 0) {
    byId("findings").append(html("p", { class: "empty" }, "Nothing found: no error, no warning."));
    return;
  }
  const body = html("tbody");
  const narrow = html("input", { type: "search", placeholder: "Narrow down", "aria-label": "Narrow down the findings", oninput: () => fillFindings(body, narrow.value) });
  byId("findings").append(
    html("div", { class: "findings-bar" }, html("h2", {}, `${count(errors, "error")}, ${count(data.findings.length - errors, "warning")}`), narrow),
    html("div", { class: "table" }, html(
      "table",
      {},
      html("thead", {}, html("tr", {}, ["", "Code", "Policy", "What", "Where"].map((name) => html("th", { scope: "col" }, name)))),
      body,
    )),
  );
  fillFindings(body, "");
}

function fillFindings(body, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isMeant = (finding) => words.every((word) => Object.values(finding).join(" ").toLowerCase().includes(word));
  body.replaceChildren(
    ...data.findings.filter(isMeant).map((finding) =>
      html("tr", {}, html("td", {}, html("span", { class: `severity ${finding.severity}` }, finding.severity)), html("td", { class: "mono" }, finding.code), html("td", {}, finding.object), html("td", {}, finding.text), html("td", { class: "mono place" }, finding.place ?? ""))),
  );
}
