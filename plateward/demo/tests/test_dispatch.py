"""From an officer's own alert to a call in CAD, on the alert's page and on the console of Communications."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from plateward.demo.furnish import STOP_INCIDENT
from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import import_list, open_alert
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

BEGUN = "Waited at mile 142; the vehicle"
LATENCY = 1_000  # ms: a weak mobile link


@contextmanager
def slow_link(page: Page) -> Iterator[None]:
    """Each answer comes late, so that a page could be pressed before its scripts are there."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    conditions = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", conditions | {"latency": LATENCY})
    yield
    session.detach()


@pytest.mark.clause("6.e.vii/added", "6.e.iii/marked", "6.c.i.4/role")
def test_an_officer_tells_dispatch_and_the_console_shows_what_cad_does(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    ada, elena = signed_in("ada"), signed_in("elena")
    live_hub.drive_by("MRD583")
    page = ada.page
    page.goto(live_hub.url + "alerts/")
    page.locator("tbody a", has_text="Stolen vehicle (NCIC)").first.click()
    ada.tell_dispatch()
    panel = page.locator("#dispatch-panel")
    panel.locator("summary").click()
    expect(panel).to_contain_text("Dispatch was notified by")
    page.get_by_role("heading", name="Close the alert").click()
    page.get_by_label("Narrative").fill(BEGUN)
    expect(panel).to_contain_text("Unit 14")  # CAD's changes reach the open page too
    expect(panel).not_to_contain_text("CAD has not received")
    expect(page.get_by_label("Narrative")).to_have_value(BEGUN)
    call = (panel.locator("dd").first.text_content() or "").split(",")[0]  # also where the panel is folded

    console = elena.page
    console.goto(live_hub.url + "dispatch/")
    row = console.get_by_role("row").filter(has=console.get_by_role("link", name=call, exact=True))
    expect(row).to_contain_text("Unit 14")  # by itself: nobody reloads the page
    expect(row).not_to_contain_text("CAD has not received")
    expect(console.locator("[data-board]")).to_contain_text("CAD is responding")
    elena.step("the console shows the call with CAD's number and the unit that CAD put on it")
    link = row.get_by_role("link", name=call, exact=True)
    link.focus()
    with console.expect_response(lambda answer: "/dispatch/board" in answer.url):
        pass
    expect(link).to_be_focused()  # the focus stays on the link
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", level=1)).to_contain_text(call)
    expect(console.get_by_role("main")).to_contain_text("CAD assigned Unit 14.")
    elena.step("a call tells all that happened to it")
    console.goto(live_hub.url + "dispatch/")
    console.get_by_text("Add an alert to an existing CAD call").click()
    console.get_by_label("Alert", exact=True).fill(page.url.rstrip("/").rpartition("/")[2])
    console.get_by_label("CAD number").fill(STOP_INCIDENT)
    console.get_by_role("button", name="Look up in CAD").click()
    expect(console.get_by_role("alert").filter(has_text="Dispatch already has this alert")).to_be_visible()
    expect(console.get_by_label("CAD number")).to_have_value(STOP_INCIDENT)
    elena.step("an alert that has its call is added to no other")


@pytest.mark.clause("6.e.vii/added")
def test_an_officer_adds_an_alert_to_an_existing_cad_call_without_losing_typed_text(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    import_list(live_hub, tmp_path, "Cibola County", "CBL774")
    elena = signed_in("elena", maps=True)
    elena.page.goto(live_hub.url + "map/")
    expect(elena.page.locator("[data-link-state]")).to_have_text("Live")
    live_hub.drive_by("CBL774")
    row = elena.page.locator("[data-map-list] li", has_text="(Cibola County)")
    expect(row).to_contain_text("in Santa Fe")  # by itself, and in words
    row.get_by_role("button", name="Show on map").click()
    expect(row).to_have_class("chosen")
    expect(elena.page.locator("[data-map=ready]")).to_be_visible()
    elena.step("a new alert is on the map by itself, and said in words")
    edge = elena.page.locator(".beyond:visible").first
    elena.page.locator(".maplibregl-canvas").focus()
    for _ in range(8):
        elena.page.keyboard.press("ArrowRight")
        elena.page.wait_for_timeout(400)  # while it glides
    expect(edge).to_have_text(re.compile("^← [0-9]+ alert"))
    edge.click()
    expect(elena.page.locator(".beyond:visible")).to_have_count(0)
    elena.step("alerts beyond an edge of the map are counted there, and a press shows all")
    ada = signed_in("ada")
    page = ada.page
    page.goto(live_hub.url + "alerts/")
    with slow_link(page):
        open_alert(page, "Cibola County")
        page.get_by_role("heading", name="Close the alert").click()
        page.get_by_label("Narrative").fill(BEGUN)
        page.get_by_text("Other call", exact=True).click()
        number, look = page.get_by_label("CAD number"), page.get_by_role("button", name="Look up in CAD")
        number.fill("2026-99999")
        look.click()
    expect(page.locator("#dispatch-panel [role=alert]")).to_contain_text("CAD has no call 2026-99999")
    expect(number).to_have_value("2026-99999")
    number.fill(STOP_INCIDENT)
    look.click()
    result = page.locator("[data-found]")
    expect(result).to_contain_text("Traffic stop")
    expect(result).to_contain_text("I-25 northbound, mile 142")
    expect(result).to_be_focused()
    ada.step("CAD's call is shown before it is chosen")
    result.get_by_role("button").click()
    expect(page.get_by_role("status").filter(has_text="Dispatch notified")).to_be_visible()
    expect(page.locator("#dispatch-panel")).to_contain_text("By dispatch itself, before the alert was added")
    expect(page.get_by_label("Narrative")).to_have_value(BEGUN)
    ada.step("the alert is in CAD's own call")
