// The colors of scheme.css for a map, which takes no custom properties: its layers name them as "var(--map-land)".
// And the page's font, for their letters.
export const FONT = ["Source Sans Pro Web, sans-serif"];
const night = matchMedia("(prefers-color-scheme: dark)");
const probe = document.createElement("span");
probe.hidden = true;
document.documentElement.append(probe);

/** The color as it is now, by day or at night. */
export function colorOf(named) {
  probe.style.color = named;
  return getComputedStyle(probe).color;
}

/** A layer's paint with the colors of now. */
export function painted(paint = {}) {
  return Object.fromEntries(Object.entries(paint).map(([property, value]) => [property, isNamed(value) ? colorOf(value) : value]));
}

/** Adds a layer, and paints it anew when night falls. */
export function addLayer(map, layer, before) {
  map.addLayer({ ...layer, paint: painted(layer.paint) }, before);
  repaint(map, layer);
}

export function repaint(map, { id, paint = {} }) {
  const named = Object.entries(paint).filter(([, value]) => isNamed(value));
  onScheme(() => {
    if (map.getLayer(id)) for (const [property, value] of named) map.setPaintProperty(id, property, colorOf(value));
  });
}

function onScheme(act) {
  night.addEventListener("change", act);
  addEventListener("scheme", act);
}

const isNamed = (value) => typeof value === "string" && value.startsWith("var(");
