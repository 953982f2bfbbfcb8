/* What only the browser can do: soft links, the window's title, what the machine can draw, the camera, the month slider. */
(function () {
  "use strict";
  const root = document.documentElement;
  if (root.lang === "en") delete window.dateFns;

  function go(address, replace) {
    if (address === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"]({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function goWith(changes, replace) {
    const asked = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value ? asked.set(name, value) : asked.delete(name);
    const search = asked.toString();
    go(location.pathname + (search ? "?" + search : ""), replace);
  }

  /* A link says what it changes of the view it was drawn for. If the address has moved on since (two quick clicks), only
     that change is made, and nothing the person did in between is lost. */
  function follow(link) {
    const aimed = new URL(link.getAttribute("href"), location.href), shown = document.querySelector("[data-view]");
    const drawnFor = shown ? shown.dataset.view : location.search;
    if (aimed.pathname !== location.pathname || drawnFor === location.search) { go(link.getAttribute("href")); return; }
    const before = new URLSearchParams(drawnFor), changes = {};
    for (const name of new Set([...before.keys(), ...aimed.searchParams.keys()])) {
      if (before.get(name) !== aimed.searchParams.get(name)) changes[name] = aimed.searchParams.get(name);
    }
    goWith(changes);
  }

  /* A link marked data-soft changes the address without loading the page anew; with a modifier key it is an ordinary link. */
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-soft]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow(link);
  });
  /* A form marked so changes the address too. */
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-soft]")) return;
    event.preventDefault();
    goWith(Object.fromEntries(new FormData(event.target)));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const close = document.querySelector(".drawer a[data-close]");
    if (close) follow(close);
  });

  /* An open menu closes where one looks elsewhere. */
  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", function (event) {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  /* What a browser kept of a page is not shown again: who is in front of it may have changed. */
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });

  /* Dash 4.4 tells of a pop-up on the calendar's frame, which has no role and may not; its field and its dialog say enough. */
  new MutationObserver(function () {
    for (const frame of document.querySelectorAll(".dash-datepicker-input-wrapper[aria-expanded]")) {
      for (const name of ["aria-expanded", "aria-haspopup", "aria-disabled", "aria-labelledby"]) frame.removeAttribute(name);
    }
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-expanded"] });

  /* Dash 4.4 puts a text cursor into every input it redraws, sliders included, which have none and throw. */
  const select = HTMLInputElement.prototype.setSelectionRange;
  HTMLInputElement.prototype.setSelectionRange = function (...where) {
    if (this.type !== "range") select.apply(this, where);
  };

  let canDraw;
  function webgl() {
    if (canDraw === undefined) {
      try { canDraw = Boolean(document.createElement("canvas").getContext("webgl2")); } catch (fault) { canDraw = false; }
    }
    return canDraw;
  }
  const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* Map texts are painted once with whatever font is there, so the font is asked for before the map exists. */
  if (document.fonts && document.fonts.load) document.fonts.load('16px "Grid Sans"', "浑江区 0/9").catch(() => 0);

  const graph = () => document.querySelector("#map .js-plotly-plot");
  const mapOf = (plot) => plot && plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot && plot._fullLayout.map._subplot.map;

  let aim = 0;
  const watched = new WeakSet(), shown = new WeakMap();

  /* Points lie as they are listed, the most pressing on top; Plotly leaves that to where they stand on the screen. */
  function keepOrder(map) {
    for (const name of (map.style && map.style._order) || []) {
      if (!name.startsWith("plotly-trace") || map.getLayer(name).type !== "symbol") continue;
      if (map.getLayoutProperty(name, "symbol-z-order") !== "source") map.setLayoutProperty(name, "symbol-z-order", "source");
    }
  }

  /* A person who moves the map takes the camera over. */
  function watch(map) {
    if (watched.has(map)) return;
    watched.add(map);
    map.on("movestart", function (event) { if (event && event.originalEvent) aim += 1; });
    map.on("styledata", () => keepOrder(map));
  }

  /* Show the bounds. A redraw that was under way puts the old camera back, also a moment after the map has arrived: so the
     map is asked again until it is there and stays there. */
  function fit(target, tries, mine) {
    const plot = graph(), map = mapOf(plot);
    if (mine !== aim || !tries) return;
    if (!map) { setTimeout(fit, 60, target, tries - 1, mine); return; }
    watch(map);
    const pane = map.getContainer().getBoundingClientRect();
    const scale = Number(getComputedStyle(root).getPropertyValue("--scale")) || 1;
    const padding = pane.width < 560 ? { top: 16, bottom: 44, left: 16, right: 16 }
      : { top: 24 * scale, bottom: 72 * scale, left: 276 * scale, right: 40 };
    const [west, south, east, north] = target.bounds;
    const goal = map.cameraForBounds([[west, south], [east, north]], { padding, maxZoom: 14 });
    if (!goal) return;
    const away = () => Math.abs(map.getZoom() - goal.zoom) > 0.01 || Math.abs(map.getCenter().lng - goal.center.lng) > 0.001;
    const again = () => { if (mine === aim && away()) fit(target, tries - 1, mine); };
    map.once("moveend", function () {
      if (mine !== aim) return;
      if (away()) { setTimeout(again, 80); return; }
      for (const later of [300, 900, 2000]) setTimeout(again, later);
      const centre = map.getCenter();
      window.Plotly.relayout(plot, { "map.center": { lon: centre.lng, lat: centre.lat }, "map.zoom": map.getZoom() });
    });
    map.easeTo({ center: goal.center, zoom: goal.zoom, duration: still() ? 0 : 250 });
  }

  /* The words over the map go when its polygons are there in their colours, and come back, smaller, while others are on
     their way. A machine without WebGL2 has polygons of SVG. */
  function lookAtMap() {
    const pane = document.querySelector("section.map"), plot = graph();
    if (!pane || !plot) return;
    const map = mapOf(plot);
    if (map) {
      watch(map);
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
    aim += 1;
    if (act === "whole") fit({ bounds }, 60, aim);
    else map[act === "larger" ? "zoomIn" : "zoomOut"]({ duration: still() ? 0 : 200 });
  });

  const sameMonth = (one, other) => one.slice(0, 7) === other.slice(0, 7);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    grid: {
      /* A new search string goes to the screen that steers itself; anything else asks for a whole screen. */
      route: function (path, search, asked) {
        if (asked && asked.path === path && document.querySelector("[data-steers]")) {
          window.dash_clientside.set_props("address", { data: search || "" });
          return window.dash_clientside.no_update;
        }
        return { path, search: search || "", machine: { webgl: webgl(), width: window.innerWidth, height: window.innerHeight } };
      },
      title: function (title) {
        if (title) document.title = title;
        return window.dash_clientside.no_update;
      },
      camera: function (target) {
        if (target) fit(target, 60, ++aim);
        return window.dash_clientside.no_update;
      },
      overlay: function (told) {
        const map = mapOf(graph());
        if (!told || !map || !map.getSource("labels")) return window.dash_clientside.no_update;
        map.getSource("labels").setData(told.labels);
        const units = map.getSource("units");
        if (units && shown.get(units) !== told.units) {
          shown.set(units, told.units);
          window.grid.shapesAt(told.units).then((found) => { if (found && shown.get(units) === told.units) units.setData(found); });
        }
        for (const [name, codes] of Object.entries(told.hatched)) {
          if (map.getLayer("hatch-" + name)) map.setFilter("hatch-" + name, ["in", ["get", "code"], ["literal", codes]]);
        }
        return window.dash_clientside.no_update;
      },
      day: function (day, span) {
        const now = new URLSearchParams(location.search).get("asof") || span.today;
        if (day && day !== now) goWith({ asof: day === span.today ? "" : day });
        return window.dash_clientside.no_update;
      },
      month: function (place, span) {
        const now = new URLSearchParams(location.search).get("asof") || span.today;
        const day = span.days[Number(place)];
        if (day && !sameMonth(day, now)) goWith({ asof: day === span.today ? "" : day }, true);
        return window.dash_clientside.no_update;
      },
      play: function (clicks, ticks, place, last, idle, shown, span) {
        const asked = window.dash_clientside.callback_context.triggered_id;
        place = Number(place);
        if (asked === "play") return idle ? [place >= last ? 0 : place, false, "⏸"] : [place, true, "▶"];
        if (place >= last) return [place, true, "▶"];
        if (span.days[place].slice(0, 7) !== shown) return [window.dash_clientside.no_update, false, "⏸"];
        return [place + 1, place + 1 >= last, place + 1 >= last ? "▶" : "⏸"];
      },
    },
  });
})();
