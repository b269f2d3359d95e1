// Where a search looks: typed or drawn on the map, the one always the same as the other. The form's hidden field gets
// `{"box": [south, west, north, east]}`, `{"circle": [lat, lon, meters]}` or `{"road": [[lat, lon], …], "meters": 200}`;
// or INCOMPLETE, which the hub refuses too: a place half typed must not become a search of the whole state.
import { addArea, drawArea, shapesOf } from "./area_layer.js";
import "./htmx.js"; // CAD's incident, as a case is chosen

const MILE = 1609.344;
const MOST_POINTS = 200;
const INCOMPLETE = "incomplete";
const round = (degrees) => Number(degrees.toFixed(5));

for (const form of document.querySelectorAll("[data-area]")) area(form);

function area(form) {
  const hidden = document.getElementById(form.dataset.area);
  const kind = form.querySelector("[data-area-kind]");
  const said = form.querySelector("[data-area-said]");
  const box = form.querySelector("[data-area-map]");
  const input = (name) => form.querySelector(`[data-area-${name}]`);
  let restored = null, towns = null, map = null, opening = null, base = null, corner = null;

  const numbers = (...names) => {
    const texts = names.map((name) => input(name).value.trim());
    return texts.every((text) => text && Number.isFinite(Number(text))) ? texts.map(Number) : null;
  };
  const road = () => input("road").value.split("\n").filter((line) => line.trim()).map((line) => line.split(/[,\s]+/).filter(Boolean).map(Number));

  /** The area as it is typed now; null where it is not complete. */
  function value() {
    if (restored) return restored; // untouched: exactly as it was, whatever the fields round
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

  /** What of it is there to draw already. */
  function shapes(now) {
    if (now) return shapesOf(now);
    const points = kind.value === "road" ? road().filter((point) => point.length === 2 && point.every(Number.isFinite)) : [];
    return [...shapesOf({ road: points }), ...(corner ? [{ type: "Point", coordinates: corner }] : [])];
  }

  const MISSING = {
    town: "Choose a town from the list, and how far around it.",
    circle: "Type the point, or press it on the map.",
    box: "Type its edges, or press two opposite corners on the map.",
    road: "Type at least two points of the road, or press them on the map.",
  };

  function update({ fit = false } = {}) {
    const now = value();
    hidden.value = now ? JSON.stringify(now) : kind.value && INCOMPLETE;
    if (now || !kind.value) refuse(false);
    for (const part of form.querySelectorAll("[data-area-of]")) part.hidden = part.dataset.areaOf !== kind.value;
    form.querySelector("[data-area-drawn]").hidden = !kind.value;
    said.textContent = now || !kind.value ? "" : MISSING[kind.value];
    map?.resize();
    draw(now, fit);
  }

  function refuse(refused) {
    kind.setAttribute("aria-invalid", refused);
    said.classList.toggle("usa-error-message", refused);
  }

  function draw(now, fit) {
    if (map?.getSource("area")) drawArea(map, shapes(now), base.maplibre, fit);
  }

  function pressed({ lngLat }) {
    restored = null;
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
      input("miles").value = Number((given.circle[2] / MILE).toFixed(5));
    } else if (given.road) {
      kind.value = "road";
      input("road").value = given.road.map((point) => point.join(", ")).join("\n");
      input("road-miles").value = Number((given.meters / MILE).toFixed(5));
    }
    if (kind.value) restored = given;
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
    map = base.withMap(box, () => base.makeMap(box), "Type the place instead.");
    map?.on("load", () => {
      addArea(map);
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

  kind.addEventListener("change", () => { corner = restored = null; open(); });
  form.addEventListener("input", (event) => {
    restored = null;
    if (event.target !== kind) update({ fit: true });
  });
  hidden.form.addEventListener("submit", (event) => {
    if (!kind.value || value()) return;
    event.preventDefault();
    refuse(true);
    form.closest("details")?.setAttribute("open", "");
    kind.focus();
  });
  input("undo").addEventListener("click", () => {
    restored = null;
    input("road").value = input("road").value.trim().split("\n").slice(0, -1).join("\n");
    update();
  });
  restore();
  open();
}
