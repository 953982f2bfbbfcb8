// The offline page's own script: layer switch, legend, labels and pop-ups over what Folium drew.
// One geometry serves all layers; a switch changes fills, counts and the legend.
function gridOffline(map, polygons, borders, points) {
  "use strict";
  const facts = JSON.parse(document.getElementById("grid-facts").textContent);
  let current = facts.first;

  const fill = (layer, drawn) => {
    layer.options.style = () => drawn.look;
    layer.addData(drawn.features);
  };
  fill(polygons, facts.drawn.units);
  fill(borders, facts.drawn.towns);

  // Leaflet's own buttons speak English whatever the page speaks
  const say = (element, words) => {
    if (!element) return;
    element.title = words;
    element.setAttribute("aria-label", words);
  };
  say(map.zoomControl && map.zoomControl._zoomInButton, facts.words.larger);
  say(map.zoomControl && map.zoomControl._zoomOutButton, facts.words.smaller);
  for (const box of document.querySelectorAll(".leaflet-control-layers")) {
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", facts.words.layers);
  }
  let opener = null;
  const heard = new WeakSet();
  const byKeyboard = (element, layer) => {
    if (heard.has(element)) return;
    heard.add(element);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      opener = element;
      layer.openPopup();
    });
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  // A pop-up has the narrow window to itself, and what it was opened from gets the keyboard back.
  map.on("popupopen", ({ popup }) => {
    document.body.classList.add("telling");
    say(popup._closeButton, facts.words.close);
    if (opener === document.activeElement && popup._closeButton) popup._closeButton.focus();
  });
  map.on("popupclose", () => {
    document.body.classList.remove("telling");
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  });

  const line = (tag, text, name) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  };

  const chainList = (steps) => {
    const list = document.createElement("dl");
    for (const [level, names, vacant] of steps) {
      list.append(line("dt", level), line("dd", names, vacant ? "vacant" : ""));
    }
    return list;
  };

  const unitCard = (code) => {
    const unit = facts.units[code];
    const card = document.createElement("div");
    card.append(line("h3", unit.name));
    for (const layer of facts.layers) {
      card.append(line("p", layer.rate + " " + unit.rates[layer.key], layer.key === current ? "now" : ""));
    }
    card.append(line("h4", facts.words.chain), chainList(unit.chain));
    return card;
  };

  const subjectCard = (id) => {
    const subject = facts.subjects[id];
    const card = document.createElement("div");
    card.append(line("h3", subject.name));
    for (const text of subject.lines) card.append(line("p", text));
    const above = facts.units[subject.unit];
    card.append(line("h4", facts.words.chain), chainList((above ? above.chain : []).concat(subject.chain)));
    return card;
  };

  const room = () => ({ maxWidth: Math.min(320, map.getSize().x - 72), maxHeight: Math.max(160, map.getSize().y - 120) });
  polygons.eachLayer((shape) => {
    const code = shape.feature.properties.code, outline = shape.getElement();
    shape.bindPopup(() => unitCard(code), room());
    shape.on("mouseover", () => shape.setStyle({ weight: 2.5 }));
    shape.on("mouseout", () => shape.setStyle({ weight: 0.8 }));
    if (!outline) return;
    outline.setAttribute("tabindex", "0");
    outline.setAttribute("role", "button");
    outline.setAttribute("aria-label", facts.units[code].name);
    byKeyboard(outline, shape);
  });

  const pictures = {};
  const picture = (kind) => {
    if (!pictures[kind]) {
      const look = facts.kinds[kind], xml = "http://www.w3.org/2000/svg";
      const svg = document.createElementNS(xml, "svg"), path = document.createElementNS(xml, "path");
      for (const [name, value] of Object.entries({ width: 20, height: 20, viewBox: "-10 -10 20 20", "aria-hidden": "true" })) svg.setAttribute(name, value);
      for (const [name, value] of Object.entries({ d: look.path, fill: look.fill, stroke: look.rim, "stroke-width": 2.4, "paint-order": "stroke" })) path.setAttribute(name, value);
      svg.append(path);
      pictures[kind] = svg;
    }
    return L.divIcon({ className: "point", iconSize: [20, 20], html: pictures[kind].cloneNode(true) });
  };
  points.options.pointToLayer = (feature, place) => {
    const { id } = feature.properties, subject = facts.subjects[id];
    const made = L.marker(place, { icon: picture(subject.kinds[current]), title: subject.name });
    made.bindPopup(() => subjectCard(id), room());
    made.on("add", () => byKeyboard(made.getElement(), made));
    return made;
  };
  points.addData(facts.drawn.places.features);

  const labels = facts.labels.map((label) => {
    const icon = L.divIcon({ className: "label" + (label.major ? " major" : ""), iconSize: null, html: "<b></b><span></span><em></em>" });
    const marker = L.marker([label.lat, label.lon], { icon, interactive: false, keyboard: false }).addTo(map);
    return { ...label, box: marker.getElement() };
  });

  // Labels stand in order of importance; one that would cover a standing one is hidden until there is room.
  const settle = () => {
    const taken = [];
    for (const label of labels) {
      label.box.style.visibility = "visible";
      const mine = label.box.getBoundingClientRect();
      const free = taken.every((other) =>
        mine.right < other.left || mine.left > other.right || mine.bottom < other.top || mine.top > other.bottom);
      if (free) taken.push(mine);
      else label.box.style.visibility = "hidden";
    }
  };

  // Where small units crowd: the same outlines once more and larger, beside the map; a unit opens what it says.
  const xml = "http://www.w3.org/2000/svg";
  const drawnInset = (told) => {
    const panel = line("section", "", "panel inset"), svg = document.createElementNS(xml, "svg");
    svg.setAttribute("viewBox", `0 0 ${told.width} ${told.height}`);
    const parts = [];
    for (const unit of told.units) {
      const path = document.createElementNS(xml, "path");
      path.setAttribute("d", unit.path);
      svg.append(path);
      const words = [unit.name, ""].map((text, row) => {
        const made = document.createElementNS(xml, "text");
        made.setAttribute("x", unit.label[0]);
        made.setAttribute("y", unit.label[1] + (row ? 11 : -2));
        made.textContent = text;
        return made;
      });
      parts.push({ code: unit.code, path, words });
    }
    for (const part of parts) svg.append(...part.words);
    panel.append(line("b", told.title), svg);
    document.body.append(panel);
    return parts;
  };
  const inset = facts.inset ? drawnInset(facts.inset) : [];

  const show = (key) => {
    current = key;
    for (const part of inset) {
      part.path.setAttribute("fill", facts.fills[key][part.code]);
      part.words[1].textContent = facts.inset.counts[key][part.code] || "";
    }
    points.eachLayer((made) => {
      const kind = facts.subjects[made.feature.properties.id].kinds[key];
      if (made.kind !== kind) made.setIcon(picture(made.kind = kind));
      if (made.getElement()) byKeyboard(made.getElement(), made);
    });
    polygons.setStyle((feature) => ({ fillColor: facts.fills[key][feature.properties.code] }));
    for (const label of labels) {
      const [name, count, mark] = label.box.children;
      name.textContent = label.name;
      count.textContent = label.counts[key];
      mark.textContent = label.marks[key] || "";
    }
    for (const legend of document.querySelectorAll(".legend")) legend.hidden = legend.dataset.layer !== key;
    settle();
  };

  L.control.scale({ position: "bottomright", imperial: false }).addTo(map);
  const keyOf = Object.fromEntries(facts.layers.map((layer) => [layer.label, layer.key]));
  map.on("baselayerchange", (event) => show(keyOf[event.name]));
  map.on("zoomend", settle);
  show(current);
}
