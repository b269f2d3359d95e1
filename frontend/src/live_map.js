// Readers, units, deployments and open alerts on one map. The list beside it is its data: what is on the one is on the other.
import { makeMap, maplibre, withMap } from "./basemap.js";
import { keepCurrent } from "./board.js";
import { circle } from "./circle.js";
import { addLayer, FONT } from "./colors.js";
import * as sound from "./sound.js";
import { listen } from "./stream.js";
import { moment } from "./time.js";
import { placeNames } from "./where.js";

const EVERY = 10_000; // milliseconds; of an alert the stream tells at once
const CLOSE = 9; // a zoom at which one place is shown
const page = document.querySelector("[data-live-map]");
const find = (name) => page.querySelector(`[data-${name}]`);
const list = find("map-list"), box = find("map-box");
const down = { alerts: "", list: "" }; // why the page is not current, of both ways to the hub
let names = null, ready = false, chosen = "";

const items = () => [...list.querySelectorAll("[data-at]")];
const lonLat = (item) => item.dataset.at.split(",").map(Number).reverse();
const keyOf = (item) => item.querySelector("[data-show]").id;

/** One symbol for all alerts of a place: two on top of one another would hide the first. */
function features() {
  const symbols = new Map();
  for (const item of items().filter(({ dataset }) => !dataset.meters)) {
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
function areas() {
  return {
    type: "FeatureCollection",
    features: items().filter(({ dataset }) => dataset.meters).map((item) => ({
      type: "Feature", geometry: circle(...lonLat(item), Number(item.dataset.meters)), properties: { text: item.dataset.symbol, chosen: keyOf(item) === chosen },
    })),
  };
}

function draw() {
  for (const item of items()) {
    if (names) item.querySelector("[data-near]").textContent = names(lonLat(item));
    item.querySelector("[data-show]").hidden = !ready;
    item.classList.toggle("chosen", keyOf(item) === chosen);
  }
  if (!ready) return;
  map.getSource("symbols").setData(features());
  map.getSource("areas").setData(areas());
}

/** Beneath the symbols. */
function addAreas() {
  map.addSource("areas", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  addLayer(map, { id: "areas", type: "fill", source: "areas", paint: { "fill-color": "var(--blue)", "fill-opacity": 0.15 } });
  addLayer(map, { id: "areas-line", type: "line", source: "areas", paint: { "line-color": "var(--blue)", "line-width": ["case", ["get", "chosen"], 4, 1.5] } });
  addLayer(map, {
    id: "area-names", type: "symbol", source: "areas", minzoom: 9,
    layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 12 },
    paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.5 },
  });
}

function addSymbols() {
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

/** Rings its symbol, and brings its line into sight. */
function choose(key) {
  chosen = key;
  draw();
  document.getElementById(key).closest("li").scrollIntoView({ block: "nearest" });
}

function fit() {
  const bounds = items().reduce((all, item) => all.extend(lonLat(item)), new maplibre.LngLatBounds());
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 64, maxZoom: CLOSE, animate: false });
}

const map = withMap(box, () => makeMap(box), "The list has every place.");
map?.on("load", () => {
  addAreas();
  addSymbols();
  ready = true;
  draw();
  fit();
  box.dataset.map = "ready";
});
placeNames().then((found) => { names = found; draw(); }, () => {}); // without, the list says no town

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-show]");
  if (!button) return;
  const item = button.closest("li");
  choose(button.id);
  map.jumpTo({ center: lonLat(item), zoom: Math.max(map.getZoom(), CLOSE) });
  box.scrollIntoView({ block: "nearest" });
});

function tell() {
  const why = down.alerts || down.list, state = find("link-state"), lost = find("link-lost");
  state.textContent = why ? "Not connected" : "Live";
  state.className = `tag tag--${why ? "bad" : "good"}`;
  lost.textContent = why;
  lost.hidden = !why;
}

const ask = keepCurrent(list, page.dataset.list, EVERY, {
  drawn: draw,
  heard() {
    down.list = "";
    if (document.documentElement.dataset.stream === "open") tell();
  },
  lost(since) {
    down.list = `Connection to the hub lost. This map shows ${moment(since.toISOString())}. Reconnecting; if this continues, reload the page: you may be logged out.`;
    tell();
  },
});

listen(page.dataset.liveMap, Number(page.dataset.after), {
  alert(alert) {
    find("whisper").textContent = `New alert ${alert.number}. Possible hit: ${alert.reason_text}. ${alert.camera}.`;
    ask();
  },
  stage: ask,
  gone: ask,
  open() {
    down.alerts = "";
    tell();
    ask();
  },
  lost() {
    down.alerts = "Connection to the hub lost. Alerts and readers on this map are no longer current. Reconnecting; if this continues, reload the page: you may be logged out.";
    tell();
    sound.play("lost");
  },
  refused() {
    location.reload(); // the hub says why
  },
});
