/* The tools of the map: full screen, presentation, the link of this view, coordinates, measuring, choosing by an outline. */
(function () {
  "use strict";
  const root = document.documentElement, DRAWING = ["length", "area", "inside"], STEP = 60, CORNERS = 100;
  const host = () => document.getElementById("map-tools"), panel = () => host() && host().querySelector(".tool-panel");
  const words = () => JSON.parse(host().dataset.words), pane = () => document.querySelector("section.map");
  const theMap = () => window.grid.mapOf(window.grid.graph());
  let tool = null, points = [], held = false, pressed = null, asked = 0, sheet = null, watched = null;

  if (!document.fullscreenEnabled) root.dataset.noFull = "";
  if (!window.grid.machine().webgl) root.dataset.noPointing = "";
  const say = (text) => { panel().querySelector(".said").textContent = text; };

  function take(next) {
    tool = next; points = []; held = false; asked += 1;
    panel().hidden = !next;
    if (next) { panel().dataset.tool = next; pane().dataset.tool = next; } else { delete pane().dataset.tool; if (sheet) sheet.remove(); sheet = null; }
    if (!next) return;
    if (next === "link") return copyLink();
    say(words()[next + "_how"]);
    panel().querySelector('[data-tool="choose"]').disabled = true;
    const map = theMap();
    if (map && watched !== map) { watched = map; map.on("move", redraw); }
    redraw();
    panel().focus({ preventScroll: true });
  }

  /* Over plain HTTP a page may not write to the clipboard: the field is there to be copied by hand. */
  function copyLink() {
    const field = document.getElementById("tool-link");
    field.value = location.href;
    field.focus();
    field.select();
    say(words().copy_by_hand);
    if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(() => say(words().copied), () => 0);
  }

  function present(on) {
    if (on) root.dataset.presenting = ""; else delete root.dataset.presenting;
    if (document.fullscreenEnabled && on !== Boolean(document.fullscreenElement)) {
      (on ? root.requestFullscreen() : document.exitFullscreen()).catch(() => 0);
    }
    window.dispatchEvent(new Event("resize"));
    const next = on ? host().querySelector(".present-end") : document.querySelector(".tools-menu summary");
    if (next) next.focus();
  }

  function tellPlace(place) {
    const known = window.grid.datums(place.lng, place.lat), named = words();
    const lines = Object.entries(known).map(([name, [lon, lat]]) => `${named["datum_" + name]}  ${lon.toFixed(6)}, ${lat.toFixed(6)}`);
    say(lines.join("\n"));
  }

  const isOutline = () => tool === "inside" && points.length >= 3 && points.length <= CORNERS;

  async function measure() {
    const mine = ++asked, closed = tool !== "length";
    panel().querySelector('[data-tool="choose"]').disabled = !isOutline();
    if (points.length < 2) return say(words()[tool + "_how"]);
    const corners = cornersOf(points);
    if (tool === "inside") return;
    say("…");
    const told = await fetch(`/map/measure?at=${corners}&closed=${Number(closed)}`, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json()).catch(() => ({}));
    if (mine === asked && tool) say(told.words || told.error || words().refused);
  }

  const cornersOf = (all) => all.map((each) => each.map((part) => part.toFixed(6)).join(",")).join(";");

  /* What lies inside becomes a filter, and the list of it is opened: all numbers and files follow. */
  function choose() {
    if (!isOutline()) return;
    const inside = cornersOf(points);
    take(null);
    window.grid.goWith({ inside, level: "subject", table: "1", subject: "", only: "", page: "" });
  }

  /* Where a note is pinned is chosen here; what it says is written on its own page. */
  function note(place) { location.assign(panel().dataset.notePage + "&at=" + cornersOf([[place.lng, place.lat]])); }

  function add(place) { points.push([place.lng, place.lat]); redraw(); measure(); }
  function undo() { points.pop(); redraw(); measure(); }

  function redraw() {
    const map = theMap();
    if (!DRAWING.includes(tool) || !map) return;
    const ns = "http://www.w3.org/2000/svg", over = map.getContainer();
    if (!sheet || !sheet.isConnected) { sheet = document.createElementNS(ns, "svg"); sheet.setAttribute("class", "drawn-over"); sheet.setAttribute("aria-hidden", "true"); over.append(sheet); }
    const spots = points.map((each) => map.project(each)), said = spots.map((spot) => `${spot.x.toFixed(1)},${spot.y.toFixed(1)}`).join(" ");
    const shape = document.createElementNS(ns, tool === "length" ? "polyline" : "polygon");
    shape.setAttribute("points", said);
    sheet.replaceChildren(shape, ...spots.map((spot) => {
      const dot = document.createElementNS(ns, "circle");
      for (const [name, value] of Object.entries({ cx: spot.x, cy: spot.y, r: 4 })) dot.setAttribute(name, value);
      return dot;
    }));
  }

  const onMap = (event) => tool && tool !== "link" && event.target.closest && event.target.closest("#map canvas, #map .maplibregl-canvas-container, #map .drawn-over, #map .hoverlayer") && !event.target.closest(".note-pin");
  function placeOf(event) {
    const map = theMap(), box = map.getContainer().getBoundingClientRect();
    return map.unproject([event.clientX - box.left, event.clientY - box.top]);
  }

  document.addEventListener("pointerdown", (event) => { pressed = onMap(event) ? [event.clientX, event.clientY] : null; }, true);
  document.addEventListener("mousemove", function (event) { if (tool === "point" && !held && onMap(event) && theMap()) tellPlace(placeOf(event)); }, true);
  /* With a tool in hand a click is the tool's, not the map's; a drag still moves the map. */
  document.addEventListener("click", function (event) {
    if (!onMap(event) || !theMap()) return;
    event.stopPropagation();
    event.preventDefault();
    if (!pressed || Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4) return;
    if (tool === "note") note(placeOf(event));
    else if (tool === "point") { tellPlace(placeOf(event)); held = !held; } else if (event.detail < 2) add(placeOf(event));
  }, true);
  document.addEventListener("dblclick", (event) => { if (onMap(event)) { event.stopPropagation(); event.preventDefault(); } }, true);

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-tool]:is(button)");
    if (!button || !host()) return;
    const what = button.dataset.tool, menu = button.closest("details");
    if (menu) menu.open = false;
    if (what === "full") (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()).catch(() => 0);
    else if (what === "present" || what === "present-end") present(what === "present");
    else if (what === "shut") { take(null); const way = document.querySelector(".tools-menu summary"); if (way) way.focus(); }
    else if (what === "choose") choose();
    else if (what === "undo") undo();
    else if (what === "clear") { points = []; redraw(); measure(); }
    else take(what);
  });

  /* Without a pointer: arrows move the map, Enter takes its middle, Backspace takes the last back, Escape ends. */
  const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  document.addEventListener("keydown", function (event) {
    const away = document.querySelector("dialog[open], details.menu[open], details.term[open]");
    if (away || event.ctrlKey || event.altKey || event.metaKey) return;
    const ending = event.key === "Escape" && (tool || root.dataset.presenting !== undefined);
    const writing = event.target.matches && event.target.matches("input, select, textarea");
    const drawing = tool && tool !== "link" && theMap() && !writing;
    const map = drawing && theMap(), pressing = event.target.closest && event.target.closest("button, a, summary");
    if (ending) { if (tool) take(null); else present(false); }
    else if (drawing && ARROWS[event.key]) { pane().dataset.byKey = ""; map.panBy(ARROWS[event.key], { duration: 0 }); if (tool === "point") tellPlace(map.getCenter()); }
    else if (drawing && event.key === "Enter" && !pressing) { ({ point: tellPlace, note }[tool] || add)(map.getCenter()); }
    else if (drawing && event.key === "Backspace") undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("fullscreenchange", function () {
    for (const button of document.querySelectorAll('[data-tool="full"]')) button.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    if (!document.fullscreenElement && root.dataset.presenting !== undefined) present(false);
  });
})();
