/* Notes pinned to the map: a mark at each place, which opens its words; they go where the map goes. */
(function () {
  "use strict";
  let drawn = "", pins = [], watched = null;
  const theMap = () => { const plot = window.grid.graph && window.grid.graph(); return plot && window.grid.mapOf(plot); };

  function place() {
    const map = theMap();
    if (!map) return;
    for (const pin of pins) {
      const spot = map.project(pin.at);
      pin.mark.style.transform = `translate(${spot.x.toFixed(1)}px, ${spot.y.toFixed(1)}px)`;
    }
  }

  function make(note) {
    const mark = document.createElement("details"), sign = document.createElement("summary"), words = document.createElement("div");
    const body = document.createElement("p"), told = document.createElement("small");
    mark.className = "note-pin menu";
    sign.setAttribute("aria-label", note.body);
    body.textContent = note.body;
    told.textContent = note.told;
    words.append(body, told);
    mark.append(sign, words);
    return { at: note.at, mark };
  }

  setInterval(function () {
    const host = document.querySelector("[data-notes]"), map = theMap(), told = host ? host.dataset.notes : "";
    if (!map || !map.style) return;
    if (watched !== map) { watched = map; drawn = ""; map.on("move", place); map.on("resize", place); }
    if (told === drawn) return;
    drawn = told;
    for (const pin of pins) pin.mark.remove();
    pins = told ? JSON.parse(told).pins.map(make) : [];
    for (const pin of pins) map.getContainer().append(pin.mark);
    place();
  }, 200);
})();
