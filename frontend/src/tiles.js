// The site's own tiles: one PMTiles file of vectors, in the schema of Protomaps or of OpenMapTiles, fetched in pieces from the hub.
import maplibre from "maplibre-gl/dist/maplibre-gl-csp.js";
import { PMTiles, Protocol } from "pmtiles";

import { addLayer, FONT } from "./colors.js";

// What both schemas say of a road or place, under different names.
const KIND = ["coalesce", ["get", "kind"], ["get", "class"], ""];
const kinds = (...names) => ["in", KIND, ["literal", names]];
const HIGHWAYS = ["highway", "motorway", "trunk"];
const MAJOR = ["major_road", "primary", "secondary", "tertiary"];
// A highway as signs name it: I-25, US 285, NM 599.
const NUMBER = ["coalesce", ["get", "shield_text"], ["get", "ref"], ""];
const SYSTEM = ["match", ["coalesce", ["get", "network"], ""], ["US:I", "us-interstate"], "I-", ["US:US", "us-highway"], "US ", "US:NM", "NM ", ""];
const SIGN = ["case", ["in", " ", NUMBER], NUMBER, ["concat", SYSTEM, NUMBER]];
const width = (near, far) => ["interpolate", ["exponential", 1.5], ["zoom"], 6, far, 18, near];
const LAYERS = [
  { id: "site-woods", of: ["landcover"], type: "fill", filter: kinds("forest", "wood"), paint: { "fill-color": "var(--map-woods)" } },
  { id: "site-water", of: ["water"], type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "var(--map-water)" } },
  { id: "site-buildings", of: ["buildings", "building"], type: "fill", minzoom: 14, paint: { "fill-color": "var(--map-building)" } },
  {
    id: "site-streets", of: ["roads", "transportation"], type: "line", minzoom: 11,
    filter: ["!", kinds(...HIGHWAYS, ...MAJOR, "rail", "ferry", "path")], paint: { "line-color": "var(--map-street)", "line-width": width(8, 0.3) },
  },
  {
    id: "site-major", of: ["roads", "transportation"], type: "line", minzoom: 8,
    filter: kinds(...MAJOR), paint: { "line-color": "var(--map-major)", "line-width": width(14, 0.6) },
  },
  {
    id: "site-highways", of: ["roads", "transportation"], type: "line",
    filter: kinds(...HIGHWAYS), paint: { "line-color": "var(--map-highway)", "line-width": width(18, 1) },
  },
  {
    id: "site-road-names", of: ["roads", "transportation_name"], type: "symbol", minzoom: 11,
    layout: { "symbol-placement": "line", "text-field": ["coalesce", ["get", "name"], ["get", "ref"], ""], "text-font": FONT, "text-size": 12 },
    paint: { "text-color": "var(--map-quiet)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.2 },
  },
  {
    id: "site-road-numbers", of: ["roads", "transportation_name"], type: "symbol", minzoom: 6, above: true,
    filter: ["all", kinds(...HIGHWAYS, ...MAJOR), ["!=", NUMBER, ""]],
    layout: {
      "symbol-placement": "line", "symbol-spacing": 220, "text-field": SIGN, "text-font": FONT, "text-size": 13,
      "text-rotation-alignment": "viewport", "text-pitch-alignment": "viewport",
    },
    paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 2 },
  },
  {
    id: "site-places", of: ["places", "place"], type: "symbol", above: true,
    filter: ["!", kinds("country", "region", "state", "county", "continent")],
    layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-font": FONT, "text-size": 12 },
    paint: { "text-color": "var(--map-ink)", "text-halo-color": "var(--map-land)", "text-halo-width": 1.2 },
  },
];
const protocol = new Protocol();
maplibre.addProtocol("pmtiles", protocol.tile);

/** Adds the tiles at `url` to a map that has its counties and towns; a file that cannot be read leaves those. */
export async function addTiles(map, url) {
  const archive = new PMTiles(new URL(url, location.href).href);
  try {
    const { vector_layers: layers = [], attribution } = await archive.getMetadata();
    const names = new Set(layers.map(({ id }) => id));
    protocol.add(archive);
    map.addSource("site", { type: "vector", url: `pmtiles://${archive.source.getKey()}`, ...(attribution && { attribution }) });
    for (const { of, above, ...layer } of LAYERS) {
      const source = of.find((name) => names.has(name));
      if (source) addLayer(map, { ...layer, source: "site", "source-layer": source }, above ? "town-dots" : "county-lines");
    }
    if (names.has("places") || names.has("place")) map.removeLayer("town-names").removeLayer("town-dots");
    map.getContainer().dataset.tilesShown = "yes";
  } catch {
    map.getContainer().dataset.tilesShown = "no";
  }
}
