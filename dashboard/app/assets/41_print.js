/* Paper: what a browser would print cut or half is put beside it whole, and taken away again. */
(function () {
  "use strict";
  const made = [];

  function keep(element, before) {
    before.parentNode.insertBefore(element, before);
    made.push(element);
  }

  /* A map is printed as the picture that is on the screen, as wide as the sheet. */
  function picture() {
    const plot = document.querySelector("#map .js-plotly-plot"), pane = document.getElementById("map");
    if (!plot || !pane) return;
    const map = plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot && plot._fullLayout.map._subplot.map;
    if (!map) { pane.style.setProperty("--to-sheet", String(Math.min(1, 680 / pane.clientWidth))); return; }
    map.redraw();
    const image = document.createElement("img");
    image.className = "print-only map-print";
    image.alt = "";
    image.src = map.getCanvas().toDataURL("image/png");
    keep(image, pane);
    pane.classList.add("unprinted");
  }

  /* A grid shows the rows in its window; paper gets a table of all of them, in the order and with the words shown. */
  function table(host) {
    const api = window.dash_ag_grid && host.id && window.dash_ag_grid.getApi(host.id);
    if (!api) return;
    const columns = api.getAllDisplayedColumns(), whole = document.createElement("table");
    whole.className = "print-only plain-table wide";
    const heads = whole.createTHead().insertRow(), body = whole.createTBody();
    for (const column of columns) {
      const head = document.createElement("th");
      head.textContent = column.getColDef().headerName || "";
      heads.append(head);
    }
    api.forEachNodeAfterFilterAndSort((node) => {
      const row = body.insertRow();
      for (const column of columns) {
        const field = column.getColDef().field, shown = node.data[field + "_text"], cell = row.insertCell();
        const value = shown === undefined ? node.data[field] : shown;
        cell.textContent = value === null || value === undefined ? "" : String(value);
        if (column.getColDef().type === "rightAligned") cell.className = "num";
      }
    });
    keep(whole, host);
    host.classList.add("unprinted");
  }

  function address() {
    try { return decodeURI(location.href); } catch (fault) { return location.href; }
  }

  function tidy() {
    for (const element of made.splice(0)) element.remove();
    for (const element of document.querySelectorAll("#map.unprinted, .ag-theme-host.unprinted")) element.classList.remove("unprinted");
  }

  window.addEventListener("beforeprint", function () {
    tidy();
    for (const place of document.querySelectorAll(".print-foot .address")) place.textContent = address();
    picture();
    document.querySelectorAll(".ag-theme-host").forEach(table);
  });
  window.addEventListener("afterprint", tidy);
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });
})();
