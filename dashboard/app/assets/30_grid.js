/* What only the browser can do: soft links, the window's title, what the machine can draw, the month slider. */
(function () {
  "use strict";
  const root = document.documentElement;
  if (root.lang === "en") delete window.dateFns;

  function go(address, replace) {
    if (address === location.pathname + location.search) return;
    window.grid.askAhead(address);
    history[replace ? "replaceState" : "pushState"]({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function searchWith(changes) {
    const asked = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value ? asked.set(name, value) : asked.delete(name);
    const search = asked.toString();
    return search ? "?" + search : "";
  }
  const goWith = (changes, replace) => go(location.pathname + searchWith(changes), replace);

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

  /* An open menu, and a word that is explained, close where one looks elsewhere. */
  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll("details.menu[open], details.term[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", function (event) {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open], details.term[open]");
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
  const machine = () => ({ webgl: webgl(), width: window.innerWidth, height: window.innerHeight });
  Object.assign(window.grid, { machine, goWith });

  /* Where maps can be drawn Plotly comes with its maps alone; the others get the whole of it. Dash names the whole. */
  if (webgl()) Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => root.dataset.mapScript, set: () => 0 });

  /* What this machine is goes along with the next question for a page, which is then answered at once. */
  const same = (one, other) => Boolean(one) && ["webgl", "width", "height"].every((name) => one[name] === other[name]);
  function tellMachine() {
    const told = machine();
    document.cookie = `grid_machine=${Number(told.webgl)}-${told.width}-${told.height};path=/;SameSite=Lax`;
    return told;
  }
  let unasked = true;

  /* Map texts are painted once with whatever font is there, so the font is asked for before the map exists. */
  if (document.fonts && document.fonts.load) document.fonts.load('16px "Grid Sans"', "浑江区 0/9").catch(() => 0);

  const sameMonth = (one, other) => one.slice(0, 7) === other.slice(0, 7);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    grid: {
      /* A new search string goes to the screen that steers itself; anything else asks for a whole screen. */
      route: function (path, search, asked) {
        const first = unasked, told = tellMachine();
        unasked = false;
        // the screen came with the page
        if (first && asked && asked.path === path && asked.search === (search || "") && same(asked.machine || told, told)) {
          return window.dash_clientside.no_update;
        }
        if (asked && asked.path === path && document.querySelector("[data-steers]")) {
          window.dash_clientside.set_props("address", { data: search || "" });
          return window.dash_clientside.no_update;
        }
        window.grid.forget();
        return { path, search: search || "", machine: told };
      },
      title: function (title) {
        if (title) document.title = title;
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
