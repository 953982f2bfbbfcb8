/* A new view of the map: one question, asked as soon as the address is known; the map is drawn first, the panels after it.
   Answers are kept while the page is open and asked for again by their tag, so that the way back costs nothing. */
(function () {
  "use strict";
  const MOST = 40, kept = new Map(), coming = new Map();
  const { graph, mapOf, placeFor, watch, onceEach, steer, shapesAt, machine } = window.grid;
  let asked = 0, aimed = [], told = [], flying = false;
  const shown = new WeakMap();

  function addressOf(search, click) {
    const question = new URLSearchParams(search);
    for (const [name, value] of Object.entries(machine())) question.set(name, value);
    if (click) question.set("click", click);
    return "/map/answer?" + question;
  }

  /* What an address answers; null for nothing. A view that cannot be had is asked for as a page, which says why. */
  async function ask(address) {
    const known = kept.get(address);
    const reply = await window.fetch(address, known ? { headers: { "If-None-Match": known.tag }, cache: "no-store" } : { cache: "no-store" });
    if (reply.status === 204) return null;
    if (reply.status !== 304 && !reply.ok) { location.reload(); return new Promise(() => 0); }
    const found = reply.status === 304 ? known : { tag: reply.headers.get("ETag"), answer: await reply.json() };
    kept.delete(address);
    kept.set(address, found);
    if (kept.size > MOST) kept.delete(kept.keys().next().value);
    return found.answer;
  }

  function answerAt(address) {
    if (!coming.has(address)) coming.set(address, ask(address).finally(() => coming.delete(address)));
    return coming.get(address);
  }

  /* The address of points names the version of the data: what it answers holds. Those that lie on the map are not asked for. */
  function pointsAt(address) {
    const plot = graph();
    if (plot && plot.layout && plot.layout.meta && plot.layout.meta.points === address) return null;
    const known = kept.get(address);
    return known ? known.answer : answerAt(address);
  }

  function askAhead(address) {
    const aimed = new URL(address, location.href);
    if (aimed.pathname !== location.pathname || !document.querySelector("[data-steers]")) return;
    busy(true);
    answerAt(addressOf(aimed.search));
  }

  /* Labels and hatches, which the style draws. */
  function lay(map, overlay) {
    if (!map.getSource("labels")) return;
    map.getSource("labels").setData(overlay.labels);
    const units = map.getSource("units");
    if (units && shown.get(units) !== overlay.units) {
      shown.set(units, overlay.units);
      shapesAt(overlay.units).then((found) => { if (found && shown.get(units) === overlay.units) units.setData(found); });
    }
    for (const [name, codes] of Object.entries(overlay.hatched)) {
      const filter = ["in", ["get", "code"], ["literal", codes]];
      const layer = "hatch-" + name;
      if (map.getLayer(layer) && JSON.stringify(map.getFilter(layer)) !== JSON.stringify(filter)) map.setFilter(layer, filter);
    }
  }

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const isDrawn = (map) => map && map.style && (map.style._order || []).some((name) => name.startsWith("plotly-trace"));

  /* The map is drawn anew with the values of a view. What lies on it of points, and whose place the camera has taken, stands
     in the figure's own meta. */
  async function draw(change, mine) {
    const points = await pointsAt(change.points);
    while (mine === asked && !isDrawn(mapOf(graph()))) await pause(30);
    if (mine !== asked) return;
    const plot = graph(), map = mapOf(plot), was = plot.layout.meta || {};
    watch(plot, map);
    onceEach(map);
    lay(map, change.overlay);
    const data = plot.data.map((trace, place) => ({ ...trace, ...change.traces[place] }));
    if (points && was.points !== change.points) Object.assign(data.find((trace) => trace.uid === "points"), points);
    const layout = { ...plot.layout, map: { ...plot.layout.map }, meta: { points: change.points, target: change.target.key } };
    const place = was.target !== change.target.key && placeFor(map, change.target.bounds);
    if (place) Object.assign(layout.map, { center: { lon: place.center.lng, lat: place.center.lat }, zoom: place.zoom });
    await steer(map, () => window.Plotly.react(plot, data, layout));
  }

  function busy(is) {
    const pane = document.querySelector("section.map");
    if (pane) is ? pane.dataset.asking = "" : delete pane.dataset.asking;
  }

  /* Parts that say what they said before are left alone. */
  function changed(panels) {
    return Object.values(panels).map(function (panel, place) {
      const words = JSON.stringify(panel);
      if (told[place] === words) return window.dash_clientside.no_update;
      told[place] = words;
      return panel;
    });
  }

  window.dash_clientside.grid.reduce = async function (search, clicked, before) {
    const context = window.dash_clientside.callback_context, keep = window.dash_clientside.no_update, nothing = context.outputs_list.map(() => keep);
    const thing = context.triggered_id === "map" && clicked && clicked.points && clicked.points[0];
    if (!thing && (search === null || search === undefined || aimed.includes(search))) {
      if (!flying) busy(false);
      return nothing;
    }
    const mine = ++asked, former = aimed, land = () => { if (mine === asked) { flying = false; busy(false); } };
    flying = true;
    busy(true);
    aimed = thing ? [] : [search];
    const click = thing ? JSON.stringify({ points: [{ location: thing.location, customdata: thing.customdata }] }) : "";
    const answer = await answerAt(addressOf(thing ? before : search, click));
    if (mine !== asked) return nothing;
    if (!answer) { aimed = former; land(); nothing[1] = null; return nothing; }
    aimed = [...aimed, answer.search];
    (answer.map ? draw(answer.map, mine) : Promise.resolve()).finally(land);
    const { month, day, now } = answer.fixed;
    return [
      thing ? answer.search : keep, null, answer.figure || keep, answer.alert, month, day, now, answer.search, ...changed(answer.panels),
    ];
  };

  /* Another screen, or this one laid out anew: what was told of the last one holds no more. */
  function forget() { asked += 1; aimed = []; told = []; flying = false; }

  Object.assign(window.grid, { askAhead, forget });
})();
