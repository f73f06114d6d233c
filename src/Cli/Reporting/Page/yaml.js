// Writes a value as the YAML that people write policies in.

function yaml(value, indent = "") {
  if (Array.isArray(value)) {
    if (value.length === 0) return " []";
    return value.map((item) => `\n${indent}-${inItem(yaml(item, indent + "  "))}`).join("");
  }
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value);
    if (fields.length === 0) return " {}";
    const nested = (item) => yaml(item, Array.isArray(item) ? indent : indent + "  ");
    return fields.map(([key, item]) => `\n${indent}${scalar(key)}:${nested(item)}`).join("");
  }
  return ` ${scalar(value)}`;
}

// The first field of an item stands beside its dash.
const inItem = (text) => (text.startsWith("\n") ? ` ${text.trimStart()}` : text);

function scalar(value) {
  const plain = typeof value !== "string" || (/^[A-Za-z_][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value));
  return plain ? String(value) : JSON.stringify(value);
}
