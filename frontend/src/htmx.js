// htmx, as every page has it that uses it.
import htmx from "htmx.org";

// No page is kept in the browser's storage; nothing needs eval or an injected style; 409 and 422 show the page too.
Object.assign(htmx.config, {
  allowEval: false,
  attributesToSettle: [], // it would set "style" attributes, which the content policy forbids
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  responseHandling: [{ code: "...", swap: true }],
});

export default htmx;
