// On every page: the USWDS menu of narrow screens, a supervisor's banner, and the lock.
import navigation from "@uswds/uswds/js/usa-header";

import "./emergency.js";
import "./lock.js";

navigation.on(document.body);
