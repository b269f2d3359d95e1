// On every page: the USWDS menu of narrow screens.
import navigation from "@uswds/uswds/js/usa-header";

navigation.on(document.body);
