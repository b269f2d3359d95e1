// Exclusion zones on a map, and the circle that is being entered, of a zone or of a deployment: its numbers and its
// drawing are always the same.
import { makeMap, maplibre, withMap } from "./basemap.js";
import { circle } from "./circle.js";
import { addLayer, FONT } from "./colors.js";

const LARGEST = 20_000; // meters, as the hub's rule says
const box = document.querySelector("[data-zones-map]");
const { lat, lon, radius_m: radius } = box.closest("form").elements;
const said = document.querySelector("[data-zone-said]"); // in its data what to do with the map, in its text without
let map = null;
const zones = [...document.querySelectorAll("[data-zone][data-at]")].map(({ dataset: { zone, at, meters } }) => {
  const [north, east] = at.split(",").map(Number);
  return { name: zone, at: [east, north], meters: Number(meters) };
});
const round = (degrees) => Number(degrees.toFixed(5));
const number = ({ value }) => (value.trim() && Number.isFinite(Number(value)) ? Number(value) : null);

/** The circle as its numbers are now; without a radius yet, its center. */
function drawn() {
  const at = [number(lon), number(lat)], meters = number(radius);
  if (at.includes(null) || Math.abs(at[0]) > 180 || Math.abs(at[1]) > 90) return null;
  return { at, meters: meters > 0 && meters <= LARGEST ? meters : 0 };
}

const area = (at, meters, properties) => ({ type: "Feature", properties, geometry: meters ? circle(...at, meters) : { type: "Point", coordinates: at } });
const all = (features) => ({ type: "FeatureCollection", features });

function draw() {
  const zone = drawn();
  map?.getSource("drawn")?.setData(all(zone ? [area(zone.at, zone.meters, {}), area(zone.at, 0, {})] : []));
  if (map) said.textContent = zone && !zone.meters ? "Now press a point on its edge, or type the radius." : said.dataset.zoneSaid;
}

function pressed({ lngLat }) {
  const zone = drawn(), at = lngLat.wrap();
  if (zone && !zone.meters) {
    radius.value = Math.min(LARGEST, Math.max(10, Math.round(at.distanceTo(new maplibre.LngLat(...zone.at)) / 10) * 10));
  } else {
    [lat.value, lon.value, radius.value] = [round(at.lat), round(at.lng), ""];
  }
  draw();
}

function fill() {
  map.addSource("zones", { type: "geojson", data: all(zones.flatMap(({ name, at, meters }) => [area(at, meters, {}), area(at, 0, { name })])) });
  map.addSource("drawn", { type: "geojson", data: all([]) });
  for (const [source, color] of [["zones", "--map-ink"], ["drawn", "--map-mark"]]) {
    addLayer(map, { id: source, type: "fill", source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": `var(${color})`, "fill-opacity": 0.2 } });
    addLayer(map, { id: `${source}-line`, type: "line", source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": `var(${color})`, "line-width": 2 } });
    addLayer(map, {
      id: `${source}-centers`, type: "circle", source, filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 4, "circle-color": `var(${color})`, "circle-stroke-color": "var(--map-rim)", "circle-stroke-width": 1.5 },
    });
  }
  addLayer(map, {
    id: "zone-names", type: "symbol", source: "zones", filter: ["has", "name"],
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-offset": [0, 0.6], "text-anchor": "top" },
    paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.5 },
  });
  const places = [...zones, ...(drawn() ? [drawn()] : [])];
  const bounds = places.reduce((sum, { at }) => sum.extend(at), new maplibre.LngLatBounds());
  if (places.length) map.fitBounds(bounds, { padding: 64, maxZoom: 10, animate: false });
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", pressed);
  draw();
  box.dataset.map = "ready";
}

function start() {
  map = withMap(box, () => makeMap(box), "Type the numbers instead.");
  map?.on("load", fill);
  draw();
}

for (const field of [lat, lon, radius]) field.addEventListener("input", draw);
// Folded away, a map has no size: it is made when it is first to be seen.
const folded = box.closest("details:not([open])");
if (folded) folded.addEventListener("toggle", start, { once: true });
else start();
