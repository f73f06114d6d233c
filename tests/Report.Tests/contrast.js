// The contrast (WCAG 2, 1.4.3) of every text that is to be seen, against what is painted behind it: "ratio text" for each.
() => {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  // On the map a text stands on its pill or head, or on the page.
  const painted = (element) => {
    const shape = element.closest("svg") && element.parentElement.querySelector(":scope > .pill, :scope > .head");
    const under = behind(element.closest("svg") ?? element);
    const fill = shape ? parse(getComputedStyle(shape).fill) : null;
    return fill ? over(fill, under) : under;
  };
  const isSeen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1 && !element.closest("option, :disabled, .unseen");
  // What is chosen makes the rest of the map step back, which is then no text to read.
  const isBack = (element) => element.closest(".chosen .workload:not(.near), .chosen .namespace:not(.near), .chosen .label:not(.near)");
  const results = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || element.closest("script, style, title") || !isSeen(element) || isBack(element)) continue;
    const style = getComputedStyle(element);
    const background = painted(element);
    const colour = over(parse(element.closest("svg") ? style.fill : style.color), background);
    const [light, dark] = [luminance(colour), luminance(background)].sort((a, b) => b - a);
    results.push(`${((light + 0.05) / (dark + 0.05)).toFixed(2)} ${text.slice(0, 40)}`);
  }
  return results;
}
