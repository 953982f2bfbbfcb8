/* The search: a key or a click opens it over the page, what is typed is asked for after a pause, and the hits are a list to
   be walked by keys, by mouse and by touch. Every word comes from the page; what is found is only ever text. */
(function () {
  "use strict";
  const PAUSE = 150;
  let box = null, hits = [], chosen = -1, asked = 0, waiting = null, goesOn = false, timer = 0;

  const way = () => document.querySelector("a[data-search]");
  const make = (name, attributes, text) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };

  /* The parts of the box, made once for the language of the page that is there. */
  function build(link) {
    const said = link.dataset;
    const dialog = make("dialog", { class: "search-dialog", "aria-label": said.label });
    const field = make("input", { type: "search", name: "find", maxlength: "60", autocomplete: "off", spellcheck: "false",
      role: "combobox", "aria-label": said.label, "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "search-hits", placeholder: said.hint });
    const close = make("button", { type: "button", class: "close", "aria-label": said.close }, "×");
    const row = make("div", { class: "row" }), list = make("div", { id: "search-hits", role: "listbox", "aria-label": said.label });
    const told = make("p", { role: "status", class: "told" }), foot = make("p", { class: "keys" });
    const whole = make("a", { class: "whole" }, said.whole);
    row.append(field, close);
    foot.append(make("span", {}, said.keys), whole);
    dialog.append(row, list, told, foot);
    document.body.append(dialog);
    field.addEventListener("input", (event) => { if (!event.isComposing) askSoon(); });
    field.addEventListener("compositionend", askSoon);
    close.addEventListener("click", () => shut());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) shut(); });
    dialog.addEventListener("keydown", walk);
    dialog.addEventListener("close", forget);
    list.addEventListener("click", pick);
    return { dialog, field, list, told, whole, said };
  }

  function open() {
    const link = way();
    if (!link || (box && box.dialog.open)) return;
    if (box) box.dialog.remove();
    box = build(link);
    show({ groups: [], more: "", none: "" });
    box.dialog.showModal();
    box.field.focus();
  }

  /* The field is left first: a key right after would still be its own. */
  function shut() {
    box.field.blur();
    box.dialog.close();
  }

  function forget() {
    clearTimeout(timer);
    asked += 1;
    if (waiting) waiting.abort();
    waiting = null;
    goesOn = false;
  }

  function address(path) {
    const aimed = new URL(way() ? way().href : location.href, location.href);
    aimed.searchParams.set("find", box.field.value.trim());
    return path + aimed.search;
  }

  function askSoon() {
    forget();
    if (box.field.value.trim()) {
      box.dialog.dataset.busy = "";
      timer = setTimeout(ask, PAUSE);
    } else show({ groups: [], more: "", none: "" });
  }

  /* An answer to what was typed before is passed over. */
  async function ask() {
    const mine = ++asked;
    timer = 0;
    waiting = new AbortController();
    try {
      const answer = await fetch(address("/search.json"), { signal: waiting.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (mine === asked) { waiting = null; show(found); }
    } catch (fault) {
      if (mine === asked) { waiting = null; show({ groups: [], more: "", none: box.said.broken }); }
    }
  }

  function show(found) {
    const typed = box.field.value.trim();
    delete box.dialog.dataset.busy;
    hits = [];
    box.list.replaceChildren(...found.groups.map(([name, inside]) => group(name, inside)));
    box.list.hidden = !hits.length;
    box.field.setAttribute("aria-expanded", String(hits.length > 0));
    box.told.textContent = found.none || found.more || (hits.length ? box.said.found.replace("{n}", hits.length) : "");
    box.whole.hidden = !typed;
    box.whole.href = address("/search");
    choose(hits.length ? 0 : -1);
    if (goesOn && hits.length) go(hits[0].links.enter);
    goesOn = false;
  }

  function group(name, inside) {
    const part = make("div", { role: "group", "aria-label": name });
    part.append(make("div", { class: "kind", "aria-hidden": "true" }, name), ...inside.map(option));
    return part;
  }

  function option(hit) {
    const made = make("div", { role: "option", id: "search-hit-" + hits.length, "aria-selected": "false", "data-hit": hits.length });
    made.append(make("b", {}, hit.label));
    for (const [name, text] of [["mute", hit.note], ["mute", hit.place], ["mute", hit.matched], ["warn", hit.state]]) {
      if (text) made.append(make("span", { class: name }, text));
    }
    const other = otherWay(hit.links);
    if (other) made.append(make("span", { class: "other", "data-other": "" }, box.said.ways.split("|")[other === hit.links.page ? 1 : 0]));
    hits.push(hit);
    return made;
  }

  const otherWay = (links) => [links.on_map, links.page].find((each) => each && each !== links.enter);

  function choose(place) {
    const options = box.list.querySelectorAll("[role=option]");
    chosen = place;
    options.forEach((each, at) => each.setAttribute("aria-selected", String(at === place)));
    if (options[place]) {
      box.field.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    } else box.field.removeAttribute("aria-activedescendant");
  }

  function walk(event) {
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault(); // a field of a search would only be emptied by it
      shut();
    }
    if (event.isComposing || event.target !== box.field) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      choose((chosen + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (timer || waiting) goesOn = true;
      else if (hits[chosen]) go((event.shiftKey && otherWay(hits[chosen].links)) || hits[chosen].links.enter);
    }
  }

  function pick(event) {
    const found = event.target.closest("[data-hit]");
    if (!found) return;
    const links = hits[Number(found.dataset.hit)].links;
    go((event.target.closest("[data-other]") && otherWay(links)) || links.enter);
  }

  function go(href) {
    if (!href) return;
    shut();
    if (href === location.pathname + location.search) return;
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-search]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (event.target.closest && event.target.closest("input, textarea, select, [contenteditable=true]")) return;
    if (!way()) return;
    event.preventDefault();
    open();
  });
})();
