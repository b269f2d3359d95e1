// Bundles frontend/src and the map's county lines into the folder given as argument, with the classes of USWDS given after it. Run by build.py.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";
import { feature } from "topojson-client";

import { scheme } from "./scheme.mjs";
import { uswds } from "./uswds.mjs";

const require = createRequire(import.meta.url);
const [, , out, classes] = process.argv;
// FIPS codes of New Mexico and its neighbors; the Census county ids begin with them.
const STATES = { 35: "NM", "04": "AZ", "08": "CO", 40: "OK", 48: "TX", 49: "UT" };

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "map"), { recursive: true });

const shared = {
  bundle: true,
  format: "esm",
  minify: true,
  target: ["chrome123", "firefox121", "safari17.5"], // light-dark(),
  logLevel: "warning",
};

await build({
  ...shared,
  entryPoints: ["app.js", "queue.js", "alert.js", "dispatch.js", "export.js", "lists.js", "live_map.js", "map.js", "area.js", "place.js", "redaction.js", "results.js", "reviews.js", "stops.js", "webauthn.js", "zone.js", "app.css", "map.css"].map(
    (name) => join(import.meta.dirname, "src", name),
  ),
  outdir: out,
  splitting: true,
  plugins: [scheme, uswds(classes)],
  loader: { ".svg": "file", ".woff2": "file", ".jpg": "file" },
  assetNames: "assets/[name]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
});

// The screen in the vehicle, which its reader serves: two files.
await build({
  ...shared,
  entryPoints: ["screen.js", "screen.css"].map((name) => join(import.meta.dirname, "src", name)),
  outdir: join(out, "screen"),
  plugins: [scheme],
});

// The map's worker is a file of its own: a strict content policy allows no worker made of text.
cpSync(require.resolve("maplibre-gl/dist/maplibre-gl-csp-worker.js"), join(out, "map", "worker.js"));

const atlas = JSON.parse(readFileSync(require.resolve("us-atlas/counties-10m.json"), "utf8"));
for (const kind of ["states", "counties"]) {
  const shapes = feature(atlas, atlas.objects[kind]);
  shapes.features = shapes.features.filter(({ id }) => id.slice(0, 2) in STATES);
  for (const { id, properties } of shapes.features) properties.state = STATES[id.slice(0, 2)];
  const text = JSON.stringify(shapes, (_, value) =>
    typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value,
  );
  writeFileSync(join(out, "map", `${kind}.geojson`), text);
  if (kind === "counties") writeFileSync(join(out, "map", "county_names.geojson"), JSON.stringify(named(shapes)));
}

/** A point in the middle of each, by area: a polygon's own name would stand in every tile that it crosses. */
function named({ features }) {
  const middle = ({ type, coordinates }) => {
    const rings = type === "Polygon" ? [coordinates[0]] : coordinates.map(([ring]) => ring);
    const sums = rings.map((ring) => {
      let area = 0, x = 0, y = 0;
      for (let i = 1; i < ring.length; i++) {
        const [[a, b], [c, d]] = [ring[i - 1], ring[i]], cross = a * d - c * b;
        area += cross;
        x += (a + c) * cross;
        y += (b + d) * cross;
      }
      return { area, at: [x / (3 * area), y / (3 * area)].map((degrees) => Math.round(degrees * 1e4) / 1e4) };
    });
    return sums.reduce((most, next) => (Math.abs(next.area) > Math.abs(most.area) ? next : most)).at;
  };
  return {
    type: "FeatureCollection",
    features: features.map(({ properties: { name }, geometry }) => ({
      type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: middle(geometry) },
    })),
  };
}

// WhiteNoise sends the .gz beside a file to browsers that take it.
for (const file of readdirSync(out, { recursive: true })) {
  if (!/\.(js|css|geojson|svg)$/.test(file)) continue;
  const bytes = readFileSync(join(out, file));
  if (bytes.length > 1000) writeFileSync(join(out, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
