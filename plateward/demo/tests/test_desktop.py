"""Desktop notifications are turned on and off by keyboard, and what comes of it is said."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

# A browser that asks nobody; like Chrome on Android it makes none itself once its user says "phone".
BROWSER = """
window.Notification = class {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title) {
    if (window.phone) throw new TypeError("Illegal constructor");
    window.last = title;
  }
};
"""


@pytest.mark.clause("AC-2/told")
def test_they_are_turned_on_and_off_and_the_state_is_said(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.add_init_script(BROWSER)
    page.goto(live_hub.url + "mail/settings/")
    panel = page.get_by_role("region", name="Desktop notifications")
    said, on = panel.get_by_role("status"), panel.get_by_role("button", name="Turn on in this browser")
    off = panel.get_by_role("button", name="Turn off")
    expect(said).to_have_text("Off in this browser.", use_inner_text=True)
    page.route("**/access/notices/new/", lambda route: route.abort())
    on.press("Enter")
    expect(said).to_have_text("They are not on: the system did not respond. Try again.", use_inner_text=True)
    expect(on).to_be_focused()
    page.unroute("**/access/notices/new/")
    on.press("Enter")
    expect(said).to_have_text("On in this browser", use_inner_text=True)
    expect(off).to_be_focused()
    assert page.evaluate("window.last") == "Desktop notifications are on"
    job.step("desktop notifications are on")
    off.press("Enter")
    expect(said).to_have_text("Off in this browser.", use_inner_text=True)
    expect(on).to_be_focused()
    page.evaluate("window.phone = true")
    on.press("Enter")
    expect(said).to_have_text("This browser shows no desktop notifications.", use_inner_text=True)
    expect(said).to_be_focused()
