/* What a page asks of the server is asked again while it cannot be answered, and the map waits for its shapes. */
(function () {
  "use strict";
  const root = document.documentElement, ask = window.fetch, shapes = {}, coming = {};

  function tell(words) {
    let told = document.getElementById("away");
    if (!words) { if (told) told.remove(); return; }
    if (!told) {
      told = document.body.appendChild(document.createElement("div"));
      told.id = "away";
      told.setAttribute("role", "status");
    }
    told.textContent = words;
  }

  const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

  /* While the database is away, or the server, the page says so and asks again until it is back. */
  async function askPatiently(asked) {
    for (let again = false; ; again = true) {
      let answer = null;
      try { answer = await ask.apply(window, asked); } catch (fault) { if (fault.name === "AbortError") throw fault; }
      if (answer && answer.status !== 503) {
        if (again) tell("");
        return answer;
      }
      // a page that is being left loses what it was asking for, and need not say so
      if (!answer && !again) { await pause(1); continue; }
      // what stands in front of this server may answer 503 in words of its own
      const said = answer ? (await answer.json().catch(() => ({}))).error : "";
      tell(said || root.dataset.away);
      await pause((answer && Number(answer.headers.get("Retry-After"))) || 3);
    }
  }

  /* The shapes of an address, asked for once and kept while the page is open; null where the server has none. */
  function shapesAt(address) {
    coming[address] ||= askPatiently([address])
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((found) => { if (found) shapes[address] = found; else delete coming[address]; return found; });
    return coming[address];
  }

  /* Plotly gives up on shapes that take five seconds, and the map stays empty for good: so it is told to draw once they are
     there. Of several drawings that wait for one place the last one counts. Its SVG maps would fetch a world outline from the
     internet; an empty one keeps them at home. */
  const nothing = { type: "Topology", objects: {}, arcs: [] };
  window.PlotlyGeoAssets = Object.assign(shapes, { topojson: { world_110m: nothing, world_50m: nothing } });
  const last = new WeakMap();

  function whenShaped(draw) {
    return function (place, figure, ...more) {
      const traces = (figure && figure.data) || figure || [];
      const wanted = [...new Set(traces.map((trace) => trace.geojson))].filter((one) => typeof one === "string" && !shapes[one]);
      const now = () => draw.call(this, place, figure, ...more);
      if (!wanted.length) { last.delete(place); return now(); }
      const drawn = Promise.all(wanted.map(shapesAt)).then(() => (last.get(place) === drawn ? now() : last.get(place)));
      last.set(place, drawn);
      return drawn;
    };
  }

  let plotly;
  const there = window.Plotly;
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => plotly,
    set: (given) => { plotly = Object.assign(given, { newPlot: whenShaped(given.newPlot), react: whenShaped(given.react) }); },
  });
  if (there) window.Plotly = there;

  /* The map's style names its parts by their paths; the map's worker needs whole addresses, and only the browser knows
     by which name it has reached the server. Shapes it is given as they are: Plotly has them too. */
  async function withOrigin(answer) {
    if (!answer.ok) return answer;
    const style = await answer.json(), whole = (path) => (path && path[0] === "/" ? location.origin + path : path);
    style.sprite = whole(style.sprite);
    for (const source of Object.values(style.sources)) {
      if (typeof source.data === "string") source.data = (await shapesAt(source.data)) || whole(source.data);
    }
    return new Response(JSON.stringify(style), { headers: { "Content-Type": "application/json" } });
  }

  /* What came with the page is not asked for; and what its map will need is on its way while the scripts are still read. */
  const first = {}, early = {};
  for (const told of document.querySelectorAll("script[data-first]")) first[told.dataset.first] = told.textContent;
  function figureOf(part) {
    if (!part || typeof part !== "object") return null;
    if (part.props && part.props.id === "map") return part.props.figure;
    for (const inside of [].concat((part.props && part.props.children) || [])) {
      const found = figureOf(inside);
      if (found) return found;
    }
    return null;
  }
  const mapFigure = first["/_dash-layout"] && figureOf(JSON.parse(first["/_dash-layout"]));
  if (mapFigure && mapFigure.layout && mapFigure.layout.map) {
    const style = mapFigure.layout.map.style;
    early[new URL(style, location.href).href] = askPatiently([style]);
    for (const trace of mapFigure.data) if (typeof trace.geojson === "string") shapesAt(trace.geojson);
  }
  function firstAnswer(path) {
    const told = first[path];
    delete first[path];
    return new Response(told, { headers: { "Content-Type": "application/json" } });
  }

  const ASKED = new Set(["/map/answer", "/map/points"]);

  /* When the session has ended (time, a new password, a post that ended), the person signs in and comes back to this view. */
  window.fetch = async function (...asked) {
    const { href, pathname: path } = new URL(asked[0].url || asked[0], location.href), own = path.startsWith("/_dash") || ASKED.has(path);
    if (first[path]) return firstAnswer(path);
    const sent = early[href];
    delete early[href];
    const answer = sent ? await sent : own || path === "/map/style.json" ? await askPatiently(asked) : await ask.apply(this, asked);
    if (path === "/map/style.json") return withOrigin(answer);
    if (answer.status !== 401 || !own) return answer;
    location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
    return new Promise(() => 0); // the page is leaving
  };

  window.grid = { shapesAt };
})();
