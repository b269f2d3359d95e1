// Where a place is, in words: how far from which town, in which county.
const MILE = 1609.344;
const WAYS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
const HOME = "NM";
const radians = (degrees) => (degrees * Math.PI) / 180;

/** East and north of one place, seen from another, in miles. */
function away([lon, lat], [fromLon, fromLat]) {
  const mile = 111_195 / MILE; // a degree
  return [(lon - fromLon) * mile * Math.cos(radians(lat)), (lat - fromLat) * mile];
}

/** Whether the point is within the ring: how often a ray to the east crosses it. */
function within([lon, lat], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[x, y], [u, v]] = [ring[i], ring[j]];
    if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
  }
  return inside;
}

const polygons = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates);
const load = async (name) => (await (await fetch(`/static/dist/map/${name}.geojson`)).json()).features;

/** A function of [lon, lat]: "4 mi N of Socorro, Socorro County". */
export async function placeNames() {
  const [towns, counties] = await Promise.all([load("towns"), load("counties")]);
  return (place) => {
    const [miles, [east, north], town] = towns
      .map((town) => {
        const to = away(place, town.geometry.coordinates);
        return [Math.hypot(...to), to, town.properties.name];
      })
      .reduce((near, next) => (next[0] < near[0] ? next : near));
    const way = WAYS[Math.round(Math.atan2(east, north) / (Math.PI / 4) + 8) % 8];
    const at = miles < 1 ? town : `${Math.round(miles)} mi ${way} of ${town}`;
    const county = counties.find(({ geometry }) => polygons(geometry).some(([ring]) => within(place, ring)))?.properties;
    return county ? `${at}, ${county.name} County${county.state === HOME ? "" : `, ${county.state}`}` : at;
  };
}
