// On every page: the USWDS menu of narrow screens, a supervisor's banners, and the lock.
import navigation from "@uswds/uswds/js/usa-header";

import "./key.js"; // first: what the others ask for goes by its fetch
import "./banner.js";
import "./clauses.js";
import "./lock.js";
import "./notices.js";
import "./scheme.js";
import { toProblem } from "./problems.js";

navigation.on(document.body);
toProblem();
