/* The keyboard's place outlives what is drawn anew: a panel that is filled again takes the focus back where it was; when
   the panel is gone, the place before it has it. */
(function () {
  "use strict";
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const kept = [];

  const words = (each) => each.getAttribute("aria-label") || each.textContent || each.name || "";
  const inside = (host) => [...host.querySelectorAll(CONTROLS)].filter((each) => each.getClientRects().length);

  document.addEventListener("focusin", function (event) {
    const host = event.target.closest("[id]:not(a, button, input, select, textarea)") || document.body;
    const place = { element: event.target, host: host.id, number: inside(host).indexOf(event.target), words: words(event.target),
      grid: event.target.closest(".ag-root-wrapper"), path: location.pathname };
    const known = kept.findIndex((each) => each.host === place.host);
    if (known >= 0) kept.splice(known, 1);
    kept.unshift(place);
    kept.length = Math.min(kept.length, 8);
  });

  function again(place) {
    const host = place.host && document.getElementById(place.host), found = host ? inside(host) : [];
    return found.find((each) => words(each) === place.words) || found[Math.max(0, Math.min(place.number, found.length - 1))];
  }

  new MutationObserver(function () {
    const [last] = kept;
    if (!last || last.element.isConnected || (last.grid && last.grid.isConnected)) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    if (last.path !== location.pathname) { kept.length = 0; return; }
    for (const place of kept) {
      const found = place.element.isConnected ? place.element : again(place);
      if (!found) continue;
      found.focus({ preventScroll: true });
      if (document.activeElement === found) return;
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
