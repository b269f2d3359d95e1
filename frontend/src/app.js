// On every page: the USWDS menu, and htmx (a page's forms without loading its images and map again).
import navigation from "@uswds/uswds/js/usa-header";
import htmx from "htmx.org";

// No page of this system is kept in the browser's storage, and nothing needs eval or an injected style.
Object.assign(htmx.config, { allowEval: false, historyCacheSize: 0, includeIndicatorStyles: false, selfRequestsOnly: true });

navigation.on(document.body);
