// The part of USWDS's style sheet that the pages use: app.css has 114 kB instead of 563, and 19 instead of 69 by gzip.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { themed } from "./scheme.mjs";

const { PurgeCSS } = createRequire(import.meta.url)("purgecss"); // its ES module does not find its own parts

/** For esbuild. `classes`: USWDS's, as the pages name them. */
export const uswds = (classes) => ({
  name: "uswds",
  setup({ onLoad }) {
    // A select's arrows are a picture: of a gray that is seen by day and at night.
    onLoad({ filter: /unfold_more\.svg$/ }, ({ path }) => ({ contents: readFileSync(path, "utf8").replace("<path", '<path fill="#7b848e"'), loader: "file" }));
    // A font that comes late is used from the next page on: put in place, it would move what somebody is about to press.
    onLoad({ filter: /uswds\.min\.css$/ }, async ({ path }) => {
      const raw = readFileSync(path, "utf8").replaceAll("font-display:fallback", "font-display:optional");
      const [{ css }] = await new PurgeCSS().purge({
        css: [{ raw }],
        content: [{ raw: classes, extension: "html" }],
        // Elements; what USWDS's scripts set; how a message is named by its level.
        safelist: [/^[a-z][a-z0-9]*$/, /^(is|usa-js)-/, /^usa-alert--(error|info|success|warning)$/],
        dynamicAttributes: Array.from(raw.matchAll(/\[([\w-]+)/g), ([, name]) => name),
      });
      return { contents: themed(css), loader: "css" };
    });
  },
});
