// On every page: the USWDS menu of narrow screens, and the lock.
import navigation from "@uswds/uswds/js/usa-header";

import "./lock.js";

navigation.on(document.body);
