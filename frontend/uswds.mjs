// The part of USWDS's style sheet that the pages use: app.css has 131 kB instead of 563, and 18 instead of 69 by gzip.
import { readFileSync } from "node:fs";

import { themed } from "./scheme.mjs";

// Of its components; web/tests/test_uswds.py looks whether a page has another one.
const COMPONENTS = [
  "alert", "button", "checkbox", "current", "error-message", "fieldset", "form-group", "header", "hint", "input", "label", "legend", "list", "menu-btn", "nav",
  "nav-container", "navbar", "overlay", "pagination", "radio", "range", "select", "skipnav", "sr-only", "table", "textarea",
];
// Of these, the variants; the same test looks for them.
const VARIANTS = [
  "active", "basic", "big", "borderless", "disabled", "error", "focus", "hover", "info", "outline", "required", "secondary", "slim", "stacked", "success", "unstyled",
  "warning",
];
const USED = new RegExp(`^(usa-(${COMPONENTS.join("|")})(__[a-z]+(?:-[a-z]+)*)?(--(${VARIANTS.join("|")}))?|usa-js-.*|is-.*)$`);
const CLASS = /\.((?:[\w-]|\\.)+)/g;

/** For esbuild. */
export const uswds = {
  name: "uswds",
  setup({ onLoad }) {
    // A select's arrows are a picture: of a gray that is seen by day and at night.
    onLoad({ filter: /unfold_more\.svg$/ }, ({ path }) => ({ contents: readFileSync(path, "utf8").replace("<path", '<path fill="#7b848e"'), loader: "file" }));
    // A font that comes late is used from the next page on: put in place, it would move what somebody is about to press.
    onLoad({ filter: /uswds\.min\.css$/ }, ({ path }) => {
      const css = readFileSync(path, "utf8").replaceAll("font-display:fallback", "font-display:optional");
      return { contents: themed(kept(css)), loader: "css" };
    });
  },
};

/** The rules of which at least one selector has only classes that are used. */
function kept(css) {
  let result = "";
  for (const [head, body] of rules(css)) {
    if (body === null) result += head;
    else if (/^@(media|supports)/.test(head)) result += `${head}{${kept(body)}}`;
    else if (head.startsWith("@")) result += `${head}{${body}}`; // fonts, animations
    else {
      const selectors = split(head).filter((selector) => [...selector.matchAll(CLASS)].every(([, name]) => USED.test(name)));
      if (selectors.length) result += `${selectors.join(",")}{${body}}`;
    }
  }
  return result;
}

/** Each rule's head and body; a statement without a body ("@charset …;") has none. */
function* rules(text) {
  const css = text.replace(/\/\*[^]*?\*\//g, ""); // comments
  for (let begin = 0, end; (end = find(css, begin, "{;")) >= 0; begin = end + 1) {
    if (css[end] === ";") {
      yield [css.slice(begin, end + 1), null];
      continue;
    }
    const open = end;
    for (let depth = 1; depth; depth += css[end] === "{" ? 1 : -1) {
      end = find(css, end + 1, "{}");
      if (end < 0) throw new Error("USWDS's style sheet has a rule without an end");
    }
    yield [css.slice(begin, open).trim(), css.slice(open + 1, end)];
  }
}

/** Where the next of these characters is, outside strings and escapes; -1: nowhere. */
function find(css, from, characters) {
  let quote = "";
  for (let at = from; at < css.length; at += 1) {
    const character = css[at];
    if (character === "\\") at += 1;
    else if (quote) quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (characters.includes(character)) return at;
  }
  return -1;
}

/** The selectors of a list; a comma within parentheses divides none. */
function split(head) {
  const parts = [""];
  let depth = 0;
  for (const character of head) {
    depth += { "(": 1, ")": -1 }[character] ?? 0;
    if (character === "," && !depth) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}
