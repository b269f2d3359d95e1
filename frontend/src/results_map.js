// Reads on a map, many as one, and a slider through their time. The list of places below says the same in words.
import { makeMap, maplibre, withMap } from "./basemap.js";
import { addLayer, FONT } from "./colors.js";
import { moment } from "./time.js";

const SPANS = { all: Infinity, hour: 3_600_000, six: 6 * 3_600_000, day: 24 * 3_600_000 };
const PLAY_MS = 20_000; // from the first read to the last
const STEPS = 400;
const NOTHING = { type: "FeatureCollection", features: [] };

export function resultsMap(box, page) {
  const points = []; // {lat, lon, at, label, camera, heading}
  const slider = page.querySelector("[data-map-time]");
  const range = page.querySelector("[data-map-range]");
  const play = page.querySelector("[data-map-play]");
  const said = page.querySelector("[data-map-said]");
  const places = page.querySelector("[data-map-places]");
  const details = page.querySelector("[data-map-details]");
  let timer = 0, first = 0, last = 0, loaded = false;
  let drawn = null; // the reads on the map, and in the list of places

  const map = withMap(box, () => makeMap(box), "The list below has every place.");
  map?.on("load", () => {
    map.addSource("reads", { type: "geojson", data: NOTHING, cluster: true, clusterRadius: 36, clusterMaxZoom: 15 });
    addLayer(map, {
      id: "clusters", type: "circle", source: "reads", filter: ["has", "point_count"],
      paint: {
        "circle-color": "var(--map-many)", "circle-opacity": 0.9, "circle-stroke-color": "var(--map-rim)", "circle-stroke-width": 2,
        "circle-radius": ["interpolate", ["linear"], ["ln", ["get", "point_count"]], 0.7, 12, 7, 28],
      },
    });
    addLayer(map, {
      id: "cluster-counts", type: "symbol", source: "reads", filter: ["has", "point_count"],
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
      paint: { "text-color": "var(--map-rim)" },
    });
    addLayer(map, {
      id: "reads", type: "circle", source: "reads", filter: ["!", ["has", "point_count"]],
      paint: { "circle-color": "var(--map-mark)", "circle-radius": 7, "circle-stroke-color": "var(--map-rim)", "circle-stroke-width": 2 },
    });
    map.on("click", "clusters", async ({ features: [cluster] }) => {
      const source = map.getSource("reads");
      const zoom = await source.getClusterExpansionZoom(cluster.properties.cluster_id);
      if (zoom <= map.getMaxZoom()) map.easeTo({ center: cluster.geometry.coordinates, zoom });
      list(await source.getClusterLeaves(cluster.properties.cluster_id, 50, 0));
    });
    map.on("click", "reads", ({ features }) => list(features));
    for (const layer of ["clusters", "reads"]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
    loaded = true;
    drawn = null;
    box.dataset.map = "ready";
    fit();
    draw();
  });

  /** The reads that were pressed, in words. */
  function list(features) {
    const lines = features.map(({ properties: { n } }) => {
      const point = points[n];
      const line = document.createElement("li");
      line.textContent = `${moment(new Date(point.at).toISOString())}: ${point.label}, ${point.camera}`;
      return line;
    });
    details.replaceChildren(...lines);
    details.hidden = false;
  }

  const until = () => first + ((last - first) * Number(slider.value)) / STEPS;

  function draw() {
    const end = until(), begin = end - SPANS[range.value];
    const visible = points.flatMap((point, n) => (point.at <= end + 1 && point.at >= begin ? [{ ...point, n }] : []));
    const text = points.length ? `${visible.length.toLocaleString("en-US")} of ${points.length.toLocaleString("en-US")} reads, up to ${moment(new Date(end).toISOString())}` : "";
    said.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    // Twenty times a second while it plays: a patrol car has no fast graphics.
    if (drawn?.length === visible.length && drawn.every(({ n }, i) => n === visible[i].n)) return;
    drawn = visible;
    if (loaded) {
      map.getSource("reads").setData({
        type: "FeatureCollection",
        features: visible.map(({ lat, lon, n }) => ({ type: "Feature", properties: { n }, geometry: { type: "Point", coordinates: [lon, lat] } })),
      });
    }
    const by = Map.groupBy ? Map.groupBy(visible, ({ camera }) => camera) : group(visible);
    const rows = [...by].sort(([, a], [, b]) => b.length - a.length).slice(0, 50).map(([camera, reads]) => {
      const times = reads.map(({ at }) => at);
      const row = document.createElement("tr");
      const cells = [camera, reads.length.toLocaleString("en-US"), iso(Math.min(...times)), iso(Math.max(...times))];
      ["Camera", "Reads", "First", "Last"].forEach((label, i) => {
        const cell = document.createElement(i ? "td" : "th");
        if (i) cell.dataset.label = label;
        else cell.scope = "row";
        if (i === 1) cell.className = "number";
        cell.textContent = cells[i];
        row.append(cell);
      });
      return row;
    });
    places.replaceChildren(...rows);
  }

  const iso = (at) => moment(new Date(at).toISOString());

  function group(all) {
    const by = new Map();
    for (const point of all) by.set(point.camera, [...(by.get(point.camera) ?? []), point]);
    return by;
  }

  function fit() {
    if (!loaded || !points.length) return;
    const bounds = points.reduce((all, { lat, lon }) => all.extend([lon, lat]), new maplibre.LngLatBounds());
    map.fitBounds(bounds, { padding: 48, maxZoom: box.dataset.tiles ? 13 : 10, animate: false });
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }

  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) >= STEPS) slider.value = 0;
    play.textContent = "Pause";
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      draw();
      if (Number(slider.value) >= STEPS) stop();
    }, PLAY_MS / STEPS);
  });
  slider.max = STEPS;
  slider.value = STEPS;
  slider.addEventListener("input", () => { stop(); draw(); });
  range.addEventListener("change", draw);

  return {
    add(more) {
      const begins = points.length === 0;
      for (const [lat, lon, at, label, camera] of more) points.push({ lat, lon, at, label, camera });
      first = points.reduce((least, { at }) => Math.min(least, at), Infinity);
      last = points.reduce((most, { at }) => Math.max(most, at), 0);
      draw();
      if (begins) fit();
    },
    done() { fit(); },
    clear() { points.length = 0; draw(); },
  };
}
