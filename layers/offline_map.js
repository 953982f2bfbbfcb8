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
  fill(points, facts.drawn.places);

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

  polygons.eachLayer((shape) => {
    shape.bindPopup(() => unitCard(shape.feature.properties.code), { maxWidth: 320 });
    shape.on("mouseover", () => shape.setStyle({ weight: 2.5 }));
    shape.on("mouseout", () => shape.setStyle({ weight: 0.8 }));
  });
  points.eachLayer((point) => {
    const { id, fill, radius } = point.feature.properties;
    point.setStyle({ fillColor: fill, radius: radius });
    point.setRadius(radius);
    point.bindPopup(() => subjectCard(id), { maxWidth: 320 });
  });

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

  const show = (key) => {
    current = key;
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
