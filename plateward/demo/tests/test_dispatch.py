"""From an officer's own alert to a call in CAD, on the alert's page and on the console of Communications."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Job
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
HEARD_WITHIN = 30_000  # ms: the hub tells CAD within a second, the console asks every five


@pytest.mark.clause("6.e.vii", "6.e.iii", "6.c.i.4")
def test_an_officer_tells_dispatch_and_the_console_shows_what_cad_does(
    live_hub: LiveHub, signed_in: Callable[..., Job]
) -> None:
    ada, elena = signed_in("ada"), signed_in("elena")
    live_hub.drive_by("MRD583")
    page = ada.page
    page.goto(live_hub.url + "alerts/")
    page.locator("tbody a", has_text="Stolen vehicle").first.click()
    ada.tell_dispatch()
    panel = page.locator("#dispatch-panel")
    expect(panel).to_contain_text("since an officer told dispatch")
    call = panel.locator("dd").first.inner_text().split(",")[0]

    console = elena.page
    console.goto(live_hub.url + "dispatch/")
    row = console.get_by_role("row").filter(has=console.get_by_role("link", name=call, exact=True))
    expect(row).to_contain_text("Unit 14", timeout=HEARD_WITHIN)  # by itself: nobody reloads the page
    expect(row).not_to_contain_text("CAD has not heard")
    expect(console.locator("[data-board]")).to_contain_text("CAD answers")
    elena.step("the console shows the call with CAD's number and the unit that CAD put on it")
    link = row.get_by_role("link", name=call, exact=True)
    link.focus()
    with console.expect_response(lambda answer: "/dispatch/board" in answer.url):
        pass
    expect(link).to_be_focused()  # who is at a link stays at it
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", level=1)).to_contain_text(call)
    expect(console.get_by_role("main")).to_contain_text("CAD put Unit 14 on it.")
    elena.step("a call tells all that happened to it")
