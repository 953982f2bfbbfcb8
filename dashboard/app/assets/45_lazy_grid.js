/* Grids of rows need a large script and few pages show one: it is asked for when the first one does. */
(function () {
  "use strict";
  let coming;

  function script() {
    coming ||= new Promise(function (done, fail) {
      const made = document.createElement("script");
      Object.assign(made, { src: document.documentElement.dataset.later, onload: done, onerror: fail });
      document.body.append(made);
    }).then(function () {
      const whole = window.dash_ag_grid;
      window.dash_ag_grid = Object.assign({}, whole, { AgGrid: Waiting });
      return { default: whole.AgGrid };
    });
    return coming;
  }

  const Grid = React.lazy(script);
  function Waiting(props) {
    return React.createElement(React.Suspense, { fallback: null }, React.createElement(Grid, props));
  }
  window.dash_ag_grid = { AgGrid: Waiting };
})();
