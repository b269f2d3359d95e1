// An area of a search as a layer of a map.
import { circle } from "./circle.js";
import { addLayer } from "./colors.js";

/** The geometries of an area, `{"box": …}`, `{"circle": …}` or `{"road": …}`. */
export function shapesOf(area) {
  if (area.box) {
    const [south, west, north, east] = area.box;
    const far = east < west ? east + 360 : east; // across the 180th meridian
    return [{ type: "Polygon", coordinates: [[[west, south], [far, south], [far, north], [west, north], [west, south]]] }];
  }
  if (area.circle) return [circle(area.circle[1], area.circle[0], area.circle[2])];
  const points = area.road.map(([lat, lon]) => [lon, lat]);
  return [
    ...points.map((coordinates) => ({ type: "Point", coordinates })),
    ...(points.length > 1 ? [{ type: "LineString", coordinates: points }] : []),
  ];
}

/** The layer, empty, on a map that has loaded. */
export function addArea(map) {
  map.addSource("area", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  addLayer(map, { id: "area", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "var(--blue)", "fill-opacity": 0.2 } });
  addLayer(map, { id: "area-line", type: "line", source: "area", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "var(--blue)", "line-width": 3 } });
  addLayer(map, {
    id: "area-points", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-color": "var(--blue)", "circle-radius": 5, "circle-stroke-color": "var(--map-rim)", "circle-stroke-width": 2 },
  });
}

/** Show these geometries; with `fit`, all of the map's frame is theirs. */
export function drawArea(map, shapes, maplibre, fit) {
  map.getSource("area").setData({ type: "FeatureCollection", features: shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
  const all = shapes.flatMap(({ type, coordinates }) => (type === "Polygon" ? coordinates[0] : type === "Point" ? [coordinates] : coordinates));
  if (!fit || !all.length) return;
  const bounds = all.reduce((sum, point) => sum.extend(point), new maplibre.LngLatBounds(all[0], all[0]));
  map.fitBounds(bounds, { padding: 32, maxZoom: 13, animate: false });
}
