"""A recall reaches the open page, and reads from before the listing are shown separately."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import import_list, open_alert
from plateward.demo.tests.live import LiveHub
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.browser

WHY = "Recovered by Santa Fe PD; the owner has the vehicle back."


@pytest.mark.clause("6.e.iv.3/order", "5.b/browser")
def test_a_recall_reaches_the_open_alert_the_queue_and_who_saw_it(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    import_list(live_hub, tmp_path, "Valencia County", "VCS447")
    officer, dispatch, keeper = (signed_in(name) for name in ("ada", "elena", "gloria"))
    dispatch.page.goto(live_hub.url + "alerts/")
    expect(dispatch.page.locator("html")).to_have_attribute("data-stream", "open")
    live_hub.drive_by("VCS447")
    row = dispatch.page.locator("tbody tr", has_text="(Valencia County)")
    expect(row).to_be_visible()
    officer.page.goto(live_hub.url + "alerts/")
    open_alert(officer.page, "Valencia County")
    officer.step("an alert whose entry still stands")
    typist = signed_in("ben").page
    typist.goto(officer.page.url)
    typist.get_by_label("Plate as you read it").fill("VCS4")
    expect(typist.locator("html")).to_have_attribute("data-stream", "open")
    expect(officer.page.locator("html")).to_have_attribute("data-stream", "open")

    keeper.page.goto(live_hub.url + "hotlists/")
    keeper.page.get_by_role("link", name="Valencia County", exact=True).click()
    keeper.page.get_by_role("link", name="Recall VCS447").click()
    keeper.step("what follows from a recall")
    keeper.page.get_by_label("Reason for recall").fill(WHY)
    keeper.page.get_by_role("button", name="Recall it now").click()
    expect(keeper.page.get_by_role("status")).to_contain_text("is recalled")

    banner = officer.page.locator("[data-recalled]").first
    expect(banner).to_contain_text("RECALLED: do not act on this alert")
    expect(banner).to_contain_text(WHY)
    expect(officer.page.locator("#stage")).to_have_text("Closed")
    expect(officer.page.locator("#steps")).to_contain_text("Recalled, and closed")
    # The typed text is still readable, and no step is possible.
    expect(typist.locator("[data-recalled]").first).to_contain_text(WHY)
    expect(typist.get_by_label("Plate as you read it")).to_have_value("VCS4")
    expect(typist.get_by_label("Plate as you read it")).not_to_be_editable()
    expect(typist.get_by_role("button", name="Confirm plate")).to_be_disabled()
    officer.step("the open alert says that it was recalled")
    expect(dispatch.page.locator("[data-recalls] .recalled", has_text="(Valencia County)")).to_contain_text(
        WHY
    )
    expect(row).to_contain_text("Recalled")
    dispatch.step("the queue says that an alert was recalled")
    dispatch.page.get_by_role("button", name="I have seen this").first.click()
    officer.page.goto(live_hub.url + "access/notices")
    expect(officer.page.get_by_role("main")).to_contain_text("(Stolen vehicle, Valencia County)")
    officer.step("who saw it is told on every page")


@pytest.mark.clause("5.b/which")
def test_a_read_from_before_its_listing_is_shown_separately_and_rings_nothing(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    live_hub.drive_by("TRC882")
    job = signed_in("ada")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    import_list(live_hub, tmp_path, "Torrance County", "TRC882")
    row = page.locator("[data-historical] tbody tr", has_text="(Torrance County)")
    expect(row).to_be_visible()
    expect(row).to_contain_text("Earlier read, no alarm")
    expect(page.locator("[data-ringing] .alarm", has_text="(Torrance County)")).to_have_count(0)
    expect(page.locator("[data-rows] tr", has_text="(Torrance County)")).to_have_count(0)
    job.step("a historical alert on the live queue")
    open_alert(page, "Torrance County")
    expect(page.get_by_role("main")).to_contain_text("before this alert was made")
    job.step("a historical alert")
    page.goto(live_hub.url + "alerts/historical")
    expect(page.locator("tbody tr", has_text="(Torrance County)")).to_be_visible()
    job.step("all historical alerts")


def test_the_readers_page_says_which_list_each_holds(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    row = page.get_by_role("row", name=re.compile("^unit-12 "))

    def holds_a_list() -> bool:  # as of the page's answer
        page.goto(live_hub.url + "fleet/")
        return "change" in row.inner_text()

    with live_hub.on_the_road():  # it may have been paused before it ever asked for its list
        wait_until(holds_a_list)
    page.get_by_text("Change", exact=True).nth(1).click()
    job.step("readers, and the versions they hold")
