/** A circle of so many meters around a point, as a polygon. */
export function circle(lon, lat, meters) {
  const ring = Array.from({ length: 65 }, (_, i) => {
    const angle = (i / 64) * 2 * Math.PI;
    const north = (meters * Math.cos(angle)) / 111_320;
    const east = (meters * Math.sin(angle)) / (111_320 * Math.cos((lat * Math.PI) / 180));
    return [lon + east, lat + north];
  });
  return { type: "Polygon", coordinates: [ring] };
}
