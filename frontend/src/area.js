// Where a search looks: typed or drawn on the map, the one always the same as the other. The form's hidden field gets
// `{"box": [south, west, north, east]}`, `{"circle": [lat, lon, meters]}` or `{"road": [[lat, lon], …], "meters": 200}`.
import { circle } from "./circle.js";

const MILE = 1609.344;
const NEW_MEXICO = [-106.1, 34.5];
const MOST_POINTS = 200;
const round = (degrees) => Number(degrees.toFixed(5));

for (const form of document.querySelectorAll("[data-area]")) area(form);

function area(form) {
  const hidden = document.getElementById(form.dataset.area);
  const kind = form.querySelector("[data-area-kind]");
  const said = form.querySelector("[data-area-said]");
  const box = form.querySelector("[data-area-map]");
  const input = (name) => form.querySelector(`[data-area-${name}]`);
  let towns = null, map = null, opening = null, base = null, corner = null;

  const numbers = (...names) => {
    const texts = names.map((name) => input(name).value.trim());
    return texts.every((text) => text && Number.isFinite(Number(text))) ? texts.map(Number) : null;
  };
  const road = () => input("road").value.split("\n").filter((line) => line.trim()).map((line) => line.split(/[,\s]+/).filter(Boolean).map(Number));

  /** The area as it is typed now; null where it is not complete. */
  function value() {
    if (kind.value === "town") {
      const town = towns?.find(({ name }) => name.toLowerCase() === input("town").value.trim().toLowerCase());
      const [miles] = numbers("town-miles") ?? [];
      return town && miles ? { circle: [town.lat, town.lon, Math.round(miles * MILE)] } : null;
    }
    if (kind.value === "circle") {
      const [lat, lon, miles] = numbers("lat", "lon", "miles") ?? [];
      return miles ? { circle: [lat, lon, Math.round(miles * MILE)] } : null;
    }
    if (kind.value === "box") {
      const edges = numbers("south", "west", "north", "east");
      return edges && { box: edges };
    }
    if (kind.value === "road") {
      const points = road(), [miles] = numbers("road-miles") ?? [];
      const right = points.length > 1 && points.every((point) => point.length === 2 && point.every(Number.isFinite));
      return right && miles ? { road: points, meters: Math.round(miles * MILE) } : null;
    }
    return null;
  }

  function shapes(now) {
    if (now?.box) {
      const [south, west, north, east] = now.box;
      const far = east < west ? east + 360 : east; // across the 180th meridian
      return [{ type: "Polygon", coordinates: [[[west, south], [far, south], [far, north], [west, north], [west, south]]] }];
    }
    if (now?.circle) return [circle(now.circle[1], now.circle[0], now.circle[2])];
    const points = kind.value === "road" ? road().filter((point) => point.every(Number.isFinite) && point.length === 2).map(([lat, lon]) => [lon, lat]) : [];
    return [
      ...points.map((coordinates) => ({ type: "Point", coordinates })),
      ...(points.length > 1 ? [{ type: "LineString", coordinates: points }] : []),
      ...(corner ? [{ type: "Point", coordinates: corner }] : []),
    ];
  }

  const INCOMPLETE = {
    town: "Choose a town from the list, and how far around it.",
    circle: "Type the point, or press it on the map.",
    box: "Type its edges, or press two opposite corners on the map.",
    road: "Type at least two points of the road, or press them on the map.",
  };

  function update({ fit = false } = {}) {
    const now = value();
    hidden.value = now ? JSON.stringify(now) : "";
    for (const part of form.querySelectorAll("[data-area-of]")) part.hidden = part.dataset.areaOf !== kind.value;
    form.querySelector("[data-area-drawn]").hidden = !kind.value;
    said.textContent = now || !kind.value ? "" : INCOMPLETE[kind.value];
    map?.resize();
    draw(now, fit);
  }

  function draw(now, fit) {
    if (!map?.getSource("area")) return;
    const drawn = shapes(now);
    map.getSource("area").setData({ type: "FeatureCollection", features: drawn.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
    const all = drawn.flatMap(({ type, coordinates }) => (type === "Polygon" ? coordinates[0] : type === "Point" ? [coordinates] : coordinates));
    if (fit && all.length) {
      const bounds = all.reduce((sum, point) => sum.extend(point), new base.maplibre.LngLatBounds(all[0], all[0]));
      map.fitBounds(bounds, { padding: 32, maxZoom: 13, animate: false });
    }
  }

  function pressed({ lngLat }) {
    const { lng, lat } = lngLat.wrap();
    if (kind.value === "town") kind.value = "circle";
    if (kind.value === "circle") {
      input("lat").value = round(lat);
      input("lon").value = round(lng);
      input("miles").value ||= input("town-miles").value;
    } else if (kind.value === "road" && road().length < MOST_POINTS) {
      input("road").value = `${input("road").value.trim()}\n${round(lat)}, ${round(lng)}`.trim();
    } else if (kind.value === "box") {
      if (corner) {
        const [west, east] = [corner[0], lng].sort((a, b) => a - b);
        const [south, north] = [corner[1], lat].sort((a, b) => a - b);
        Object.entries({ south, west, north, east }).forEach(([name, degrees]) => { input(name).value = round(degrees); });
        corner = null;
      } else {
        for (const name of ["south", "west", "north", "east"]) input(name).value = "";
        corner = [lng, lat];
      }
    }
    update();
  }

  /** What the form came back with, after a refusal or from an earlier search. */
  function restore() {
    let given = null;
    try { given = JSON.parse(hidden.value); } catch { return; }
    if (given.box) {
      kind.value = "box";
      ["south", "west", "north", "east"].forEach((name, i) => { input(name).value = given.box[i]; });
    } else if (given.circle) {
      kind.value = "circle";
      [input("lat").value, input("lon").value] = given.circle;
      input("miles").value = Number((given.circle[2] / MILE).toFixed(2));
    } else if (given.road) {
      kind.value = "road";
      input("road").value = given.road.map((point) => point.join(", ")).join("\n");
      input("road-miles").value = Number((given.meters / MILE).toFixed(2));
    }
  }

  async function fillTowns() {
    if (towns || kind.value !== "town") return;
    towns = [];
    const { features } = await (await fetch("/static/dist/map/towns.geojson")).json();
    towns = features.map(({ properties: { name }, geometry: { coordinates: [lon, lat] } }) => ({ name, lat, lon }));
    input("towns").replaceChildren(...[...new Set(towns.map(({ name }) => name))].sort().map((name) => new Option(name)));
  }

  async function openMap() {
    if (!kind.value || opening) return;
    opening = import("./basemap.js"); // a large script, for who wants a place
    base = await opening;
    map = base.withMap(box, () => base.makeMap(box, NEW_MEXICO, 6), "Type the place instead.");
    map?.on("load", () => {
      map.addSource("area", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
      map.addLayer({ id: "area", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#005ea2", "fill-opacity": 0.2 } });
      map.addLayer({ id: "area-line", type: "line", source: "area", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "#005ea2", "line-width": 3 } });
      map.addLayer({
        id: "area-points", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-color": "#005ea2", "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 },
      });
      map.on("click", pressed);
      map.getCanvas().style.cursor = "crosshair";
      box.dataset.map = "ready";
      draw(value(), true);
    });
  }

  function open() {
    update({ fit: true });
    fillTowns().then(() => update({ fit: true }));
    openMap();
  }

  kind.addEventListener("change", () => { corner = null; open(); });
  form.addEventListener("input", (event) => { if (event.target !== kind) update({ fit: true }); });
  input("undo").addEventListener("click", () => {
    input("road").value = input("road").value.trim().split("\n").slice(0, -1).join("\n");
    update();
  });
  restore();
  open();
}
