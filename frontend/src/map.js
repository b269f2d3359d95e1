// The map of an alert: where the vehicle was seen.
import { circle } from "./circle.js";
import { addLayer, colorOf } from "./colors.js";
import { later } from "./later.js";

/** The way of a vehicle: a line, and a numbered mark for each sighting, as in the list beside it. */
function trail({ maplibre }, map, points) {
  const way = points.map(([, lat, lon]) => [lon, lat]);
  for (const [number, lat, lon] of points) {
    const mark = document.createElement("div");
    mark.className = "trail-point";
    mark.textContent = number;
    mark.role = "img";
    mark.ariaLabel = `Sighting ${number}`;
    new maplibre.Marker({ element: mark }).setLngLat([lon, lat]).addTo(map);
  }
  map.addSource("trail", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way } } });
  addLayer(map, { id: "trail", type: "line", source: "trail", paint: { "line-color": "var(--map-mark)", "line-width": 3, "line-dasharray": [2, 1] } });
  const bounds = way.reduce((all, one) => all.extend(one), new maplibre.LngLatBounds(way[0], way[0]));
  map.fitBounds(bounds, { padding: 48, maxZoom: 11, animate: false });
}

function show(basemap, box) {
  const [lon, lat] = [Number(box.dataset.lon), Number(box.dataset.lat)];
  const map = basemap.makeMap(box, [lon, lat], 8.5);
  const points = JSON.parse(box.dataset.trail ?? "[]");
  if (points.length < 2) new basemap.maplibre.Marker({ color: colorOf("var(--map-mark)") }).setLngLat([lon, lat]).addTo(map);
  map.on("load", () => {
    if (points.length > 1) trail(basemap, map, points);
    if (box.dataset.accuracy) {
      map.addSource("accuracy", { type: "geojson", data: circle(lon, lat, Number(box.dataset.accuracy)) });
      addLayer(map, { id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": "var(--map-mark)", "fill-opacity": 0.2 } });
    }
    box.dataset.map = "ready";
  });
}

function styled() {
  const style = document.querySelector("[data-map-style]");
  return new Promise((resolve) => {
    style.onload = style.onerror = resolve;
    style.disabled = false;
  });
}

/** The map's program and its styles are larger than the page: they come when plate, vehicle and steps are there. */
async function draw() {
  const [basemap] = await Promise.all([import("./basemap.js"), styled()]);
  for (const box of document.querySelectorAll("[data-map]")) basemap.withMap(box, (place) => show(basemap, place), "The position is above.");
}

later().then(draw);
