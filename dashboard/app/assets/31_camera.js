/* The map as it stands on the screen: its camera, its buttons, and the words over it while it is being drawn. */
(function () {
  "use strict";
  const root = document.documentElement;
  const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const graph = () => document.querySelector("#map .js-plotly-plot");
  const mapOf = (plot) => plot && plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot && plot._fullLayout.map._subplot.map;
  const watched = new WeakSet(), spared = new WeakSet(), steered = new WeakSet();

  /* Points lie as they are listed, the most pressing on top; Plotly leaves that to where they stand on the screen. */
  function keepOrder(map) {
    for (const name of (map.style && map.style._order) || []) {
      if (!name.startsWith("plotly-trace") || map.getLayer(name).type !== "symbol") continue;
      if (map.getLayoutProperty(name, "symbol-z-order") !== "source") map.setLayoutProperty(name, "symbol-z-order", "source");
    }
  }

  /* Where the camera stands is what Plotly's next drawing starts from, whoever has moved it; Plotly itself moves it in two
     steps, centre and zoom, and must not be told of the first before the second. */
  function keepCamera(plot, map) {
    if (steered.has(map)) return;
    const centre = map.getCenter(), place = { center: { lon: centre.lng, lat: centre.lat }, zoom: map.getZoom() };
    for (const layout of [plot.layout.map, plot._fullLayout.map]) if (layout) Object.assign(layout, place);
  }

  /* Plotly gives all its shapes to the map again with every drawing; those it has already are not worked out anew. */
  function onceEach(map) {
    for (const name of (map.style && map.style._order) || []) {
      const source = name.startsWith("plotly-trace") && map.getSource(map.getLayer(name).source);
      if (!source || !source.setData || spared.has(source)) continue;
      spared.add(source);
      const give = source.setData;
      let last = "";
      source.setData = function (shapes, ...more) {
        const words = JSON.stringify(shapes);
        if (words === last) return this;
        last = words;
        return give.call(this, shapes, ...more);
      };
    }
  }

  /* A window that changes while the style is still on its way makes Plotly draw what has no style yet, and give up: it
     draws once the style is there. */
  function patient(subplot) {
    const kind = Object.getPrototypeOf(subplot), draw = kind.updateMap;
    if (kind.isPatient) return;
    kind.isPatient = true;
    kind.updateMap = function (...given) {
      if (this.map.style && this.map.style._loaded) return draw.apply(this, given);
      this.map.once("style.load", () => draw.apply(this, given));
    };
  }

  /* Labels come at once: fading in costs an old machine a second of redrawing. */
  function watch(plot, map) {
    if (watched.has(map)) return;
    watched.add(map);
    map._fadeDuration = 0;
    patient(plot._fullLayout.map._subplot);
    map.on("moveend", () => keepCamera(plot, map));
    map.on("styledata", () => keepOrder(map));
  }

  async function steer(map, move) {
    steered.add(map);
    try { await move(); } finally { steered.delete(map); }
  }

  /* The place from which bounds are seen beside what lies over the map. */
  function placeFor(map, bounds) {
    const pane = map.getContainer().getBoundingClientRect();
    const scale = Number(getComputedStyle(root).getPropertyValue("--scale")) || 1;
    const padding = pane.width < 560 ? { top: 16, bottom: 44, left: 16, right: 16 }
      : { top: 24 * scale, bottom: 72 * scale, left: 276 * scale, right: 40 };
    const [west, south, east, north] = bounds;
    return map.cameraForBounds([[west, south], [east, north]], { padding, maxZoom: 14 });
  }

  /* The words over the map go when its polygons are there in their colours, and come back, smaller, while others are on
     their way. A machine without WebGL2 has polygons of SVG. */
  function lookAtMap() {
    const pane = document.querySelector("section.map"), plot = graph();
    if (!pane || !plot) return;
    const map = mapOf(plot);
    if (map) {
      watch(plot, map);
      if (!map.style) return;
      const drawn = map.style._order || [];
      const whole = drawn.some((name) => name.startsWith("plotly-trace")) && map.loaded() && map.areTilesLoaded();
      if (whole) pane.dataset.drawn = "";
      whole || map.isMoving() ? delete pane.dataset.busy : pane.dataset.busy = "";
    } else if (plot.querySelector(".choroplethlayer path")) {
      pane.dataset.drawn = "";
    }
  }
  setInterval(lookAtMap, 120);

  function moveSvg(plot, act, bounds) {
    const geo = plot._fullLayout.geo, sides = { "geo.lonaxis.range": geo.lonaxis.range, "geo.lataxis.range": geo.lataxis.range };
    if (act === "whole") {
      const wide = bounds[2] - bounds[0], tall = bounds[3] - bounds[1];
      window.Plotly.relayout(plot, {
        "geo.lonaxis.range": [bounds[0] - wide * 0.4, bounds[2] + wide * 0.08],
        "geo.lataxis.range": [bounds[1] - tall * 0.12, bounds[3] + tall * 0.05],
      });
      return;
    }
    const by = act === "larger" ? 0.5 : 2, changed = {};
    for (const [name, [low, high]] of Object.entries(sides)) {
      const middle = (low + high) / 2, half = ((high - low) / 2) * by;
      changed[name] = [middle - half, middle + half];
    }
    window.Plotly.relayout(plot, changed);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-map-act]"), plot = graph();
    if (!button || !plot) return;
    const act = button.dataset.mapAct, map = mapOf(plot), bounds = button.dataset.bounds && JSON.parse(button.dataset.bounds);
    if (!map) { if (plot._fullLayout.geo) moveSvg(plot, act, bounds); return; }
    watch(plot, map);
    const duration = still() ? 0 : 200;
    if (act === "whole") map.easeTo({ ...placeFor(map, bounds), duration });
    else map[act === "larger" ? "zoomIn" : "zoomOut"]({ duration });
  });

  Object.assign(window.grid, { graph, mapOf, placeFor, watch, onceEach, steer });
})();
