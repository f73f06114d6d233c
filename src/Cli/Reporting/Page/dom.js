// Elements are made of names and texts only: nothing that comes from a manifest is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

function make(namespace, name, attributes, children) {
  const element = namespace ? document.createElementNS(namespace, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...[children ?? []].flat(Infinity).filter((child) => child !== null && child !== false));
  return element;
}

const html = (name, attributes, ...children) => make(null, name, attributes, children);
const svg = (name, attributes, ...children) => make(SVG, name, attributes, children);
const byId = (id) => document.getElementById(id);
const count = (number, one, many = one + "s") => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
const cut = (text, length) => (text.length <= length ? text : text.slice(0, length - 1) + "…");
