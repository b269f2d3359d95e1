// The places where a vehicle was read several times, numbered as in the table below.
import { makeMap, maplibre, withMap } from "./basemap.js";

const box = document.querySelector("[data-stops-map]");
const stops = JSON.parse(document.getElementById("stops").textContent);

withMap(box, () => {
  const bounds = stops.reduce((all, [lat, lon]) => all.extend([lon, lat]), new maplibre.LngLatBounds());
  const map = makeMap(box, bounds.getCenter(), 8.5);
  map.fitBounds(bounds, { padding: 48, maxZoom: box.dataset.tiles ? 13 : 10, animate: false });
  stops.forEach(([lat, lon, what, camera], i) => {
    const mark = document.createElement("div");
    mark.className = "trail-point";
    mark.textContent = i + 1;
    mark.role = "img";
    mark.ariaLabel = `Place ${i + 1}: ${camera}, ${what}`;
    new maplibre.Marker({ element: mark }).setLngLat([lon, lat]).addTo(map);
  });
  map.on("load", () => { box.dataset.map = "ready"; });
}, "The table below has every place.");
