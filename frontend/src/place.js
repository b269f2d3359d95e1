// The area of a search on a map that only shows it, for whoever decides on the search.
import { addArea, drawArea, shapesOf } from "./area_layer.js";
import { makeMap, maplibre, withMap } from "./basemap.js";

function show(box) {
  const shapes = shapesOf(JSON.parse(box.dataset.place));
  const map = makeMap(box);
  map.on("load", () => {
    addArea(map);
    drawArea(map, shapes, maplibre, true);
    box.dataset.map = "ready";
  });
}

for (const box of document.querySelectorAll("[data-place]")) withMap(box, show, "The area is in words above.");
