// htmx, as every page has it that uses it.
import htmx from "htmx.org";

import { ready, renew } from "./key.js";

// No page is kept in the browser's storage; nothing needs eval or an injected style; 409 and 422 show the page too.
Object.assign(htmx.config, {
  allowEval: false,
  attributesToSettle: [], // it would set "style" attributes, which the content policy forbids
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  responseHandling: [{ code: "...", swap: true }],
});

// A session's key is shown before the request, and again where the hub asks for it: what was typed stays.
document.addEventListener("htmx:confirm", (event) => {
  event.preventDefault();
  ready().then(() => event.detail.issueRequest(true));
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  if (xhr.status !== 401 || xhr.getResponseHeader("Plateward-Key") !== "show") return;
  event.preventDefault();
  renew().then((done) => {
    if (!done) location.reload();
    else if (elt.requestSubmit) elt.requestSubmit(requestConfig.triggeringEvent?.submitter);
    else htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt });
  });
});

export default htmx;
