// A map of counties and towns, all from the hub: asking an outside one would tell it where an investigation is.
import maplibre from "maplibre-gl/dist/maplibre-gl-csp.js";

import { FONT, painted, repaint } from "./colors.js";
import { addTiles } from "./tiles.js";

const file = (name) => new URL(`/static/dist/map/${name}`, location.href).href;
const LOOK = 8; // ms between looks whether a picture is drawn
const NEW_MEXICO = [-106.1, 34.5];
const CREDIT = "Towns: GeoNames (geonames.org), CC BY 4.0 · Boundaries: U.S. Census Bureau";

const style = {
  version: 8,
  transition: { duration: 0 }, // colors change at once, as pictures appear
  sources: {
    counties: { type: "geojson", data: file("counties.geojson") },
    "county-names": { type: "geojson", data: file("county_names.geojson") },
    states: { type: "geojson", data: file("states.geojson") },
    towns: { type: "geojson", data: file("towns.geojson"), attribution: CREDIT },
  },
  // No "glyphs": letters are drawn here, from the page's own font.
  layers: [
    { id: "ground", type: "background", paint: { "background-color": "var(--map-ground)" } },
    { id: "land", type: "fill", source: "states", paint: { "fill-color": "var(--map-land)" } },
    { id: "county-lines", type: "line", source: "counties", paint: { "line-color": "var(--map-county)", "line-width": 0.8 } },
    { id: "state-lines", type: "line", source: "states", paint: { "line-color": "var(--map-state)", "line-width": 1.6 } },
    {
      id: "county-names", type: "symbol", source: "county-names", minzoom: 5.8,
      layout: { "text-field": ["upcase", ["get", "name"]], "text-font": FONT, "text-size": 11, "text-letter-spacing": 0.1 },
      paint: { "text-color": "var(--map-quiet)", "text-halo-color": "var(--map-land)", "text-halo-width": 1 },
    },
    {
      id: "town-dots", type: "circle", source: "towns",
      filter: [">=", ["get", "population"], ["step", ["zoom"], 100000, 6, 20000, 7, 5000, 8.5, 0]],
      paint: { "circle-radius": 2.5, "circle-color": "var(--map-state)" },
    },
    {
      id: "town-names", type: "symbol", source: "towns",
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-variable-anchor": ["left", "right", "top", "bottom"],
        "text-radial-offset": 0.5, "symbol-sort-key": ["-", ["get", "population"]],
        "text-size": ["interpolate", ["linear"], ["get", "population"], 500, 11, 200000, 16],
      },
      paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.2 },
    },
  ],
};

/** A map in this box, at [lon, lat], or of the whole state; with data-tiles also of the site's own tiles. */
export function makeMap(box, center = NEW_MEXICO, zoom = 6) {
  const map = new maplibre.Map({
    container: box, style: { ...style, layers: style.layers.map((layer) => ({ ...layer, paint: painted(layer.paint) })) }, center, zoom, minZoom: 4, maxZoom: box.dataset.tiles ? 18 : 14,
    cooperativeGestures: true, dragRotate: false, attributionControl: false,
    fadeDuration: 0, // a picture at once, and not twenty that fade into it: a patrol car has no fast graphics
  });
  waitForNothing(map);
  for (const layer of style.layers) repaint(map, layer);
  map.addControl(new maplibre.AttributionControl({ compact: false }));
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  map.addControl(new maplibre.ScaleControl({ unit: "imperial" }), "top-left");
  if (box.dataset.tiles) map.once("load", () => addTiles(map, box.dataset.tiles));
  return map;
}

/** Without fast graphics a browser lets the page wait for each picture of a map that is in sight, and an alarm with it. So the first is made
 *  out of sight, and none is asked for before the last is drawn. */
function waitForNothing(map) {
  const canvas = map.getCanvas(), gl = canvas.getContext("webgl2"), ask = map.triggerRepaint.bind(map);
  let drawing = null, wanted = false;

  function look() {
    if (gl.getSyncParameter(drawing, gl.SYNC_STATUS) === gl.UNSIGNALED) return void setTimeout(look, LOOK);
    gl.deleteSync(drawing);
    drawing = null;
    if (wanted) map.triggerRepaint();
  }

  canvas.hidden = true;
  map.once("load", () => { canvas.hidden = false; });
  map.triggerRepaint = () => {
    wanted = drawing !== null;
    if (!wanted) ask();
  };
  map.on("render", () => {
    if (drawing) return;
    drawing = gl?.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0) ?? null;
    gl?.flush();
    if (drawing) setTimeout(look, LOOK);
  });
}

/** Draws the map by `show`; says so where a browser cannot. */
export function withMap(box, show, instead) {
  try {
    return show(box);
  } catch {
    box.dataset.map = "none";
    box.textContent = `This browser cannot draw the map (it has no WebGL). ${instead}`;
    return null;
  }
}

maplibre.setWorkerUrl(file("worker.js"));
export { maplibre };
