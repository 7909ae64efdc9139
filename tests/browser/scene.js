// What a chart really drew, read from its Vega view. Evaluated in the page; each function takes the widget's root.
(() => {
  const viewOf = (root, chart) => {
    const element = root.querySelector(`.ci-${chart} .ci-chart`);
    if (!element?.ciView) throw new Error(`The ${chart} has no chart yet.`);
    return element.ciView;
  };

  // Where a view's coordinates begin in its canvas.
  const originOf = (view) => {
    const [left, top] = view.origin();
    const padding = view.padding();
    return [left + (padding.left ?? padding), top + (padding.top ?? padding)];
  };

  // Every drawn item with its bounds in the canvas, in the order of drawing.
  const walk = (view) => {
    const found = [];
    const [left, top] = originOf(view);
    const visitGroup = (group, x, y) => {
      for (const mark of group.items ?? []) visitMark(mark, x, y);
    };
    const visitMark = (mark, x, y) => {
      for (const item of mark.items ?? []) {
        if (mark.marktype === "group") {
          visitGroup(item, x + (item.x ?? 0), y + (item.y ?? 0));
          continue;
        }
        const { x1, y1, x2, y2 } = item.bounds;
        const box = { x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y };
        found.push({ item, type: mark.marktype, role: mark.role ?? "", box });
      }
    };
    visitMark(view.scenegraph().root, left, top);
    return found;
  };

  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const opaqueBehind = (element, layers) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0.99) return colour.slice(0, 3);
      layers.unshift(colour);
    }
    const canvas = document.createElement("div");
    canvas.style.backgroundColor = "Canvas";
    document.body.append(canvas);
    const colour = rgba(getComputedStyle(canvas).backgroundColor);
    canvas.remove();
    return colour.slice(0, 3);
  };
  const behind = (element) => {
    const layers = [];
    const ground = opaqueBehind(element, layers);
    return layers.reduce((below, layer) => over(layer, below), ground);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const shade = (item, alpha) => (alpha ?? 1) * (item.opacity ?? 1);

  const linesOf = ({ text }) => [text].flat().filter((line) => line !== undefined && line !== null && `${line}` !== "");
  // A text's outline in the colour of the paper, drawn below the same text to set it off.
  const isHalo = ({ stroke, strokeWidth }) => Boolean(stroke) && strokeWidth > 0;

  const texts = (root, chart) => {
    const view = viewOf(root, chart);
    const drawn = walk(view);
    const page = behind(root);
    return drawn.flatMap(({ item, type, role, box }, at) => {
      const lines = linesOf(item);
      if (type !== "text" || lines.length === 0 || shade(item, item.fillOpacity) === 0 || isHalo(item)) return [];
      const x = (box.x1 + box.x2) / 2;
      const y = (box.y1 + box.y2) / 2;
      let ground = page;
      for (const below of drawn.slice(0, at)) {
        const { fill, stroke } = below.item;
        if (x < below.box.x1 || x > below.box.x2 || y < below.box.y1 || y > below.box.y2) continue;
        if (below.type === "text" && isHalo(below.item) && `${linesOf(below.item)}` === `${lines}`) {
          const [r, g, b, a] = rgba(stroke);
          ground = over([r, g, b, a * shade(below.item, below.item.strokeOpacity)], ground);
        }
        if (below.type !== "rect" || !fill || fill === "transparent") continue;
        const [r, g, b, a] = rgba(fill);
        ground = over([r, g, b, a * shade(below.item, below.item.fillOpacity)], ground);
      }
      const [r, g, b, a] = rgba(item.fill);
      const ink = over([r, g, b, a * shade(item, item.fillOpacity)], ground);
      return [{ text: lines.join(" "), role, ...box, contrast: contrast(ink, ground), ink, ground }];
    });
  };

  const group = (view, name) => {
    const find = (node) => {
      if (node.name === name) return node.items[0];
      for (const child of node.items ?? []) {
        const found = find(child);
        if (found) return found;
      }
      return null;
    };
    return find(view.scenegraph().root);
  };

  // Where a cell lies in the window, by the labels that people read.
  const point = (root, cohort, age) => {
    const view = viewOf(root, "matrix");
    const box = view.container().querySelector("canvas").getBoundingClientRect();
    const [left, top] = originOf(view);
    const body = group(view, "concat_1_group");
    const x = view.scale("concat_1_x");
    const y = view.scale("concat_1_y");
    if (x(age) === undefined || y(cohort) === undefined) {
      throw new Error(`No cell ${cohort} / ${age}. Cohorts: ${y.domain().join(", ")}; ages: ${x.domain().join(", ")}.`);
    }
    return {
      x: box.left + left + body.x + x(age) + x.bandwidth() / 2,
      y: box.top + top + body.y + y(cohort) + y.bandwidth() / 2,
      width: x.bandwidth(),
      height: y.bandwidth(),
    };
  };

  // Where the first item of a mark is drawn in the window, by some fields of its row.
  const spot = (root, chart, type, wanted) => {
    const view = viewOf(root, chart);
    const canvas = view.container().querySelector("canvas").getBoundingClientRect();
    const isIt = ({ datum }) => datum && Object.entries(wanted).every(([field, value]) => datum[field] === value);
    const found = walk(view).find((drawn) => drawn.type === type && isIt(drawn.item));
    if (!found) throw new Error(`The ${chart} has no ${type} ${JSON.stringify(wanted)}.`);
    const { x1, x2, y1, y2 } = found.box;
    return { x: canvas.left + (x1 + x2) / 2, y: canvas.top + (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 };
  };

  // Where a value of the scales x and y lies in the window; null is the middle of an axis.
  const pointAt = (root, chart, x, y) => {
    const view = viewOf(root, chart);
    const canvas = view.container().querySelector("canvas").getBoundingClientRect();
    const [left, top] = originOf(view);
    return {
      x: canvas.left + left + (x === null ? view.width() / 2 : view.scale("x")(x)),
      y: canvas.top + top + (y === null ? view.height() / 2 : view.scale("y")(y)),
    };
  };

  // The colour of the canvas under a point of the window: [red, green, blue, alpha].
  const pixel = (root, x, y) => {
    const canvas = viewOf(root, "matrix").container().querySelector("canvas");
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    const { data } = canvas.getContext("2d").getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1);
    return [...data];
  };

  const rows = (root, chart, name) => viewOf(root, chart).data(name).map((row) => ({ ...row }));
  const signal = (root, chart, name) => viewOf(root, chart).signal(name);

  // The contrast of every text that the widget's HTML shows.
  const htmlTexts = (root) => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (text === "" || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (element.closest(".ci-hidden, [disabled], .ci-off, option")) continue;
      const ground = behind(element);
      const ink = over(rgba(getComputedStyle(element).color), ground);
      found.push({ text, contrast: contrast(ink, ground) });
    }
    return found;
  };

  return { texts, point, spot, pointAt, pixel, rows, signal, htmlTexts, behind: (root) => behind(root) };
})()
