// Alerts, readers, units and the areas of deployments on a map, drawn from the list beside it: what is on the one is on the
// other. An item of the list has data-at, data-kind, data-state, data-symbol, and a button data-show with an id.
import { makeMap, maplibre, withMap } from "./basemap.js";
import { circle } from "./circle.js";
import { addLayer, FONT } from "./colors.js";

const CLOSE = 9; // a zoom at which one place is shown
const SIDES = { north: "↑", south: "↓", west: "←", east: "→" };
const lonLat = (item) => item.dataset.at.split(",").map(Number).reverse();
const keyOf = (item) => item.querySelector("[data-show]").id;

/** Draws them, and returns a function that draws them anew, after the list changed. */
export function drawMarks(box, list) {
  let ready = false, chosen = "";
  const items = () => [...list.querySelectorAll("[data-at]")];
  const map = withMap(box, () => makeMap(box), "The list has every place.");

  function draw() {
    for (const item of items()) {
      item.querySelector("[data-show]").hidden = !ready;
      item.classList.toggle("chosen", keyOf(item) === chosen);
    }
    if (!ready) return;
    map.getSource("symbols").setData(features(items(), chosen));
    map.getSource("areas").setData(areas(items(), chosen));
    tellOutside();
  }

  /** Rings its symbol, and brings its line into sight. */
  function choose(key) {
    chosen = key;
    draw();
    document.getElementById(key).closest("[data-at]").scrollIntoView({ block: "nearest" });
  }

  function fit() {
    const bounds = items().reduce((all, item) => all.extend(lonLat(item)), new maplibre.LngLatBounds());
    if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 64, maxZoom: CLOSE, animate: false });
  }

  /** At each edge, how many alerts lie beyond it. A press shows all. */
  function tellOutside() {
    const beyond = {};
    const { clientWidth: width, clientHeight: height } = box;
    for (const item of items().filter(({ dataset }) => dataset.kind === "alert")) {
      const { x, y } = map.project(lonLat(item));
      const over = { west: -x, east: x - width, north: -y, south: y - height };
      const [side, far] = Object.entries(over).reduce((most, next) => (next[1] > most[1] ? next : most));
      if (far > 0) (beyond[side] ??= []).push(item);
    }
    for (const side of Object.keys(SIDES)) {
      const there = beyond[side] ?? [], button = edges[side];
      const count = `${there.length} alert${there.length === 1 ? "" : "s"}`;
      button.hidden = !there.length;
      button.classList.toggle("beyond--high", there.some(({ dataset }) => dataset.state === "high"));
      button.textContent = `${SIDES[side]} ${count}`;
      button.setAttribute("aria-label", `${count} outside this map, ${side}: show all`);
    }
  }

  const edges = Object.fromEntries(Object.keys(SIDES).map((side) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: `beyond beyond--${side}`, hidden: true, onclick: fit });
    if (map) box.append(button);
    return [side, button];
  }));
  for (const change of ["moveend", "resize"]) map?.on(change, () => ready && tellOutside());
  map?.on("load", () => {
    addAreas(map);
    addSymbols(map, choose);
    ready = true;
    draw();
    fit();
    box.dataset.map = "ready";
  });
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-show]");
    if (!button) return;
    choose(button.id);
    map.jumpTo({ center: lonLat(button.closest("[data-at]")), zoom: Math.max(map.getZoom(), CLOSE) });
    box.scrollIntoView({ block: "nearest" });
  });
  return draw;
}

/** One symbol for all alerts of a place: two on top of one another would hide the first. */
function features(items, chosen) {
  const symbols = new Map();
  for (const item of items.filter(({ dataset }) => !dataset.meters)) {
    const { kind, symbol, state, at } = item.dataset;
    const spot = kind === "alert" ? at.replace(/(\.\d{3})\d*/g, "$1") : keyOf(item);
    const known = symbols.get(spot);
    if (known) {
      known.count += 1;
      known.text = `${known.count}×`;
      if (state === "high") known.state = state;
      known.keys.push(keyOf(item));
    } else symbols.set(spot, { kind, text: symbol, state: kind === "alert" && state !== "high" ? "normal" : state, count: 1, keys: [keyOf(item)], at: lonLat(item) });
  }
  return {
    type: "FeatureCollection",
    features: [...symbols.values()].map(({ at, keys, ...symbol }) => ({
      type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { ...symbol, keys: keys.join(" "), chosen: keys.includes(chosen) },
    })),
  };
}

/** The areas of deployments. */
function areas(items, chosen) {
  return {
    type: "FeatureCollection",
    features: items.filter(({ dataset }) => dataset.meters).map((item) => ({
      type: "Feature", geometry: circle(...lonLat(item), Number(item.dataset.meters)), properties: { text: item.dataset.symbol, chosen: keyOf(item) === chosen },
    })),
  };
}

/** Beneath the symbols. */
function addAreas(map) {
  map.addSource("areas", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  addLayer(map, { id: "areas", type: "fill", source: "areas", paint: { "fill-color": "var(--blue)", "fill-opacity": 0.15 } });
  addLayer(map, { id: "areas-line", type: "line", source: "areas", paint: { "line-color": "var(--blue)", "line-width": ["case", ["get", "chosen"], 4, 1.5] } });
  addLayer(map, {
    id: "area-names", type: "symbol", source: "areas", minzoom: 9,
    layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 12 },
    paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.5 },
  });
}

function addSymbols(map, choose) {
  map.addSource("symbols", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const of = (kind, state) => ["all", ["==", ["get", "kind"], kind], ...(state ? [["==", ["get", "state"], state]] : [])];
  const spot = (id, filter, radius, fill, rim, width) => addLayer(map, {
    id, type: "circle", source: "symbols", filter,
    paint: { "circle-radius": radius, "circle-color": `var(--${fill})`, "circle-stroke-color": `var(--${rim})`, "circle-stroke-width": width },
  });
  spot("connected", of("reader", "connected"), 7, "blue-fill", "map-rim", 2);
  spot("silent", of("reader", "silent"), 6, "surface", "edge", 3);
  spot("malfunction", of("reader", "malfunction"), 6, "surface", "red-line", 4);
  addLayer(map, {
    id: "names", type: "symbol", source: "symbols", minzoom: 6, filter: of("reader"),
    layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 13, "text-offset": [0, 1.1], "text-anchor": "top" },
    paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.5 },
  });
  for (const [state, fill, words] of [["normal", "gold", "on-gold"], ["high", "red-fill", "on-fill"]]) {
    spot(`alerts-${state}`, of("alert", state), state === "high" ? 15 : 12, fill, "map-rim", 2);
    addLayer(map, {
      id: `alert-numbers-${state}`, type: "symbol", source: "symbols", filter: of("alert", state),
      layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": `var(--${words})` },
    });
  }
  addLayer(map, {
    id: "chosen", type: "circle", source: "symbols", filter: ["get", "chosen"],
    paint: { "circle-radius": 20, "circle-opacity": 0, "circle-stroke-color": "var(--focus)", "circle-stroke-width": 4 },
  });
  for (const layer of ["connected", "silent", "malfunction", "alerts-normal", "alerts-high"]) {
    map.on("click", layer, ({ features: [{ properties }] }) => choose(properties.keys.split(" ")[0]));
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}
