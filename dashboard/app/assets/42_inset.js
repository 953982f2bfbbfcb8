/* The inset: outlines the server has worked out, drawn as links that change the page softly. Names are text, never markup. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const inks = { worst: "rgb(255 255 255 / .55)", low: "var(--danger)", none: "var(--hatch)" };

  function make(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function pattern(name) {
    const made = make("pattern", { id: "inset-" + name, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    made.append(make("rect", { width: 1.1, height: 5, fill: inks[name] }));
    return made;
  }

  function draw(host) {
    const told = JSON.parse(host.dataset.inset);
    const svg = make("svg", { viewBox: `0 0 ${told.width} ${told.height}`, role: "group" }), definitions = make("defs", {});
    definitions.append(...Object.keys(inks).map(pattern));
    svg.append(definitions);
    for (const unit of told.units) {
      const link = make("a", { href: unit.href, "data-soft": "", "aria-label": unit.name + " " + unit.counts, class: unit.faint ? "faint" : "" });
      link.append(make("path", { d: unit.path, fill: unit.fill, "fill-rule": "evenodd" }));
      if (inks[unit.pattern]) link.append(make("path", { d: unit.path, fill: `url(#inset-${unit.pattern})`, "fill-rule": "evenodd" }));
      const [x, y] = unit.label;
      link.append(make("text", { x, y: y - 2 }, unit.name), make("text", { x, y: y + 11, class: "n" }, unit.counts));
      svg.append(link);
    }
    // names over all shapes
    for (const text of [...svg.querySelectorAll("text")]) svg.append(text);
    host.replaceChildren(svg);
    host.drawn = host.dataset.inset;
  }

  new MutationObserver(function () {
    const host = document.querySelector("[data-inset]");
    if (host && host.drawn !== host.dataset.inset) draw(host);
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-inset"] });
})();
