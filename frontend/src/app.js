// On every page: the USWDS menu of narrow screens, what rings, a supervisor's banners, and the lock.
import navigation from "@uswds/uswds/js/usa-header";

import "./key.js"; // first: what the others ask for goes by its fetch
import "./alarms.js";
import "./banner.js";
import "./checks.js";
import "./clauses.js";
import "./digits.js";
import "./lock.js";
import "./notices.js";
import "./scheme.js";
import "./time.js";
import { toProblem } from "./problems.js";

navigation.on(document.body);
toProblem();
