/* Cells of the grids: a link that changes the page softly, a word in the tone of its state; Enter follows the link. */
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  cells.GridLink = (cell) =>
    cell.data.href
      ? React.createElement("a", { href: cell.data.href, "data-soft": "", tabIndex: -1 }, cell.value)
      : React.createElement("span", null, cell.value);
  cells.GridShare = (cell) => React.createElement("span", null, cell.data.rate_text);
  cells.GridWord = (cell) => React.createElement("span", { className: cell.data.tone }, cell.value);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.classList || !event.target.classList.contains("ag-cell")) return;
    const row = event.target.closest(".ag-row");
    const link = row && row.querySelector("a[data-soft]");
    if (link) link.click();
  });
})();
