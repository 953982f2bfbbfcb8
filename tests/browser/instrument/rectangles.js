/* Measured by tests/browser/instrument/rectangles.py in a page that is at rest. */
({
  /* Text that is cut, lies on other text or under a panel, leaves its frame or the page. */
  faults: () => {
    const SKIPPED = "script, style, noscript, option, .sr, .skip, .js-plotly-plot, .maplibregl-map, .ag-aria-description-container";
    const CLIPS = new Set(["hidden", "clip"]), SCROLLS = new Set(["auto", "scroll"]);
    const styles = new Map(), style = each => styles.get(each) || (styles.set(each, getComputedStyle(each)), styles.get(each));
    const boxes = new Map(), box = each => boxes.get(each) || (boxes.set(each, each.getBoundingClientRect()), boxes.get(each));
    const said = text => text.replace(/\s+/g, " ").trim().slice(0, 60);
    const where = each => { const of = each.closest("[class]"); return of ? "." + (of.getAttribute("class") || "").split(" ")[0] : each.tagName; };
    const opaque = each => {
      const parts = style(each).backgroundColor.match(/[\d.]+/g) || [];
      return !style(each).backgroundColor.startsWith("rgba") ? (style(each).backgroundColor.match(/\/ ([\d.]+)/)?.[1] ?? 1) >= 0.9
        : Number(parts[3]) >= 0.9;
    };
    const framed = each => style(each).borderRightWidth !== "0px" && style(each).borderRightStyle !== "none"
      || each.matches("td, th, button, .ag-cell, .ag-header-cell");
    const holders = of => { const found = []; for (let each = of; each && each !== document.documentElement; each = each.parentElement) found.push(each); return found; };
    const lists = each => each.matches(".ag-header-viewport, .ag-body-viewport, .ag-center-cols-viewport, .ag-body, .ag-root-wrapper-body");
    const faults = [], texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const of = node.parentElement;
      if (!node.data.trim() || !of || of.closest(SKIPPED)) continue;
      if (!of.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const size = parseFloat(style(of).fontSize), up = holders(of);
      if (up.some(each => style(each).clipPath === "inset(50%)")) continue; /* for a screen reader alone */
      for (const each of range.getClientRects()) {
        if (each.width < 1 || each.height < 1) continue;
        const spare = Math.max(0, (each.height - size) / 2);
        const ink = { left: each.left, right: each.right, top: each.top + spare, bottom: each.bottom - spare };
        let seen = { ...ink }, scrolled = false, frame = false;
        for (const holder of up) {
          const x = style(holder).overflowX, y = style(holder).overflowY, b = box(holder), edge = lists(holder);
          if (!frame && framed(holder) && style(holder).display !== "inline" && !scrolled && !SCROLLS.has(x) && !SCROLLS.has(y)) {
            frame = true;
            if (ink.right > b.right + 1.5 || ink.left < b.left - 1.5 || ink.bottom > b.bottom + 1.5 || ink.top < b.top - 1.5)
              faults.push(["leaves its frame", where(holder), said(node.data)]);
          }
          if (!scrolled && !edge && (CLIPS.has(x) && (ink.right > b.right + 1.5 || ink.left < b.left - 1.5)
            || CLIPS.has(y) && (ink.bottom > b.bottom + 1.5 || ink.top < b.top - 1.5)))
            faults.push(["is cut", where(holder), said(node.data)]);
          if (SCROLLS.has(x) || SCROLLS.has(y) || edge) scrolled = true;
          if (x !== "visible" || y !== "visible") seen = { left: Math.max(seen.left, b.left), right: Math.min(seen.right, b.right),
            top: Math.max(seen.top, b.top), bottom: Math.min(seen.bottom, b.bottom) };
          if (style(holder).textOverflow === "ellipsis" && CLIPS.has(x) && holder.scrollWidth > holder.clientWidth + 1 && !scrolled)
            faults.push(["is cut", where(holder), said(holder.textContent)]);
          if (style(holder).position === "fixed") break;
        }
        if (!scrolled && (ink.right > window.innerWidth + 1 || ink.left < -1)) faults.push(["is off the page", where(of), said(node.data)]);
        if (seen.right - seen.left > 2 && seen.bottom - seen.top > 2) texts.push({ node, of, ...seen });
      }
    }
    const pen = document.createElement("canvas").getContext("2d");
    for (const field of document.querySelectorAll("select, input:not([type=checkbox], [type=radio], [type=range], [type=hidden], [type=file])")) {
      if (!field.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || !field.clientWidth) continue;
      const s = style(field), words = field.matches("select") ? field.selectedOptions[0]?.text : field.value || field.placeholder;
      if (field.type === "password" || !words) continue;
      pen.font = `${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
      const room = field.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight) - (field.matches("select") ? 12 : 0);
      if (pen.measureText(words).width > room + 1.5) faults.push(["is cut", "field " + (field.id || field.name), said(words)]);
    }
    /* what covers what is asked of the browser, at the middle of where two texts meet, scrolled into sight */
    const under = (low, high) => {
      const x = (Math.max(low.left, high.left) + Math.min(low.right, high.right)) / 2;
      const y = (Math.max(low.top, high.top) + Math.min(low.bottom, high.bottom)) / 2;
      const off = y < 0 || y > window.innerHeight ? y - window.innerHeight / 2 : 0;
      if (off) window.scrollBy(0, off);
      const stack = document.elementsFromPoint(x, y - off);
      if (off) window.scrollBy(0, -off);
      const mine = new Set(holders(low.of)), its = new Set(holders(high.of));
      const above = stack.find(each => mine.has(each) !== its.has(each));
      const [top, other] = above && mine.has(above) ? [holders(low.of), its] : [holders(high.of), mine];
      const cover = top.filter(each => !other.has(each));
      return { covered: cover.some(opaque), excused: cover.some(each => ["sticky", "fixed"].includes(style(each).position)
        || each.matches(".menu > div, .group > div, [popover], dialog")) };
    };
    texts.sort((one, other) => one.top - other.top);
    texts.forEach((one, place) => {
      for (let next = place + 1; next < texts.length && texts[next].top < one.bottom - 1.5; next++) {
        const other = texts[next];
        if (other.node === one.node || Math.min(one.right, other.right) - Math.max(one.left, other.left) < 1.5
          || Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) < 1.5) continue;
        const { covered, excused } = under(one, other);
        if (excused && covered) continue;
        faults.push([covered ? "lies under a panel" : "lies on other text", where(one.of), said(one.node.data), where(other.of), said(other.node.data)]);
      }
    });
    return [...new Set(faults.map(each => each.join(" | ")))];
  },

  /* Texts below so many pixels, in pages and their drawings. */
  small: least => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const of = node.parentElement;
      if (!node.data.trim() || !of || of.closest("script, style, noscript, option, .sr, .skip, .ag-aria-description-container")) continue;
      if (!of.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const drawn = of.ownerSVGElement ? of.getScreenCTM().a : 1;
      const size = parseFloat(getComputedStyle(of).fontSize) * drawn;
      if (size < least - 0.05) found.add(`${size.toFixed(1)} px | ${(of.closest("[class]") || of).getAttribute("class")} | ${node.data.trim().slice(0, 40)}`);
    }
    return [...found];
  },

  /* Controls below so many pixels in width or height. */
  narrow: least => {
    const found = new Set();
    const running = each => {
      if (!each.matches("a") || getComputedStyle(each).display !== "inline") return false;
      let block = each.parentElement;
      while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
      return block.textContent.replace(each.textContent, "").trim().length > each.textContent.trim().length;
    };
    const controls = "a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button], [role=checkbox], [role=switch]";
    for (const each of document.querySelectorAll(controls)) {
      if (each.matches(".skip, .maplibregl-ctrl *") || !each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      /* a box to tick is as large as the label that ticks it */
      const box = (each.matches("[type=checkbox], [type=radio]") && each.labels[0] || each).getBoundingClientRect();
      if (!box.width || !box.height || running(each) || each.closest(".sr, svg")) continue;
      if (box.width < least - 0.5 || box.height < least - 0.5)
        found.add(`${Math.round(box.width)}×${Math.round(box.height)} | ${[each.parentElement, each].map(of => of.tagName.toLowerCase() + "." + (of.getAttribute("class") || "").split(" ")[0]).join(" > ")} | ${(each.textContent || each.id).trim().slice(0, 30)}`);
    }
    return [...found];
  },
})
