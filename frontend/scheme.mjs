// The colors of the pages are those of src/scheme.css, by day and at night. USWDS has no night: each color that it names
// becomes one of those here, by what it is used for.
import { readFileSync } from "node:fs";

const SURFACES = {
  "#fff": "surface", white: "surface", "#f0f0f0": "raised", "#dfe1e2": "raised", "#c9c9c9": "disabled", "#757575": "quiet", "#1b1b1b": "ink",
  "#e7f6f8": "info-soft", "#97d4ea": "info-soft", "#e1f3f8": "info-soft", "#ecf3ec": "good-soft", "#faf3d1": "warn-soft", "#f4e3db": "bad-soft",
  "#005ea2": "blue-fill", "#1a4480": "blue-fill-hover", "#162e51": "blue-fill-active",
  "#d83933": "red-button", "#b50909": "red-fill-hover", "#8b0a03": "red-fill-active", "rgba(0,0,0,.7)": "veil",
};
const WORDS = {
  "#fff": "on-fill", "#1b1b1b": "ink", "#454545": "on-disabled", "#565c65": "quiet", "#71767a": "quiet", "#757575": "quiet",
  "#005ea2": "blue", "#1a4480": "blue-hover", "#162e51": "deep", "#54278f": "visited", "#b50909": "red",
};
const LINES = {
  "#fff": "surface", "#000": "ink", "#1b1b1b": "edge-strong", "#3d4551": "edge", "#565c65": "edge", "#757575": "edge", "#a9aeb1": "edge",
  "#c9c9c9": "line", "#dfe1e2": "line", "#e6e6e6": "line", "#f0f0f0": "line", "rgba(27,27,27,.2)": "line", "#2491ff": "focus",
  "#005ea2": "blue", "#1a4480": "blue-hover", "#162e51": "deep", "#b50909": "red-line", "#d54309": "red-line", "#ffbe2e": "gold-line",
  "#00a91c": "green-line", "#00bde3": "info-line",
};
const COLOR = String.raw`#[0-9a-f]{3,8}\b|\b(?:white|black)\b(?!-)|(?:rgb|hsl)a?\([^)]*\)`;
const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g;

/** A rule's declarations with the scheme's colors. Throws for a color that is not listed above. */
export function themed(body) {
  return body.replace(/([\w-]+):([^;{}]*)/g, (declaration, property, value) => {
    const roles = /^background/.test(property) ? SURFACES : /^(color|-webkit-text-fill-color)$/.test(property) ? WORDS : LINES;
    return `${property}:${value.replace(RegExp(String.raw`url\([^)]*\)|(${COLOR})`, "g"), (part, color) => {
      if (color && !roles[color]) throw new Error(`USWDS has ${declaration}: frontend/scheme.mjs has no name for that color`);
      return color ? `var(--${roles[color]})` : part;
    })}`;
  });
}

/** For esbuild: a style sheet or script of ours that names a color itself fails the build. */
export const scheme = {
  name: "scheme",
  setup({ onLoad }) {
    onLoad({ filter: /frontend.src.[a-z_]+\.(css|js)$/ }, ({ path }) => {
      if (path.endsWith("scheme.css")) return;
      const text = readFileSync(path, "utf8").replace(COMMENT, "");
      const color = text.match(RegExp(path.endsWith(".css") ? COLOR : String.raw`["'](${COLOR})["']`, "i"));
      if (color) throw new Error(`${path} names the color ${color[0]}: use one of frontend/src/scheme.css, or add it there for day and night`);
    });
  },
};
