"""Step 3 in a browser: the entering agency's clock runs, its late no closes the open page; FMCSA verifies a truck."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import import_list, on_file, open_alert
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

LATE = 180_000  # ms: the simulator's 15 s, the hub's 5 s, and a slow machine


@pytest.mark.clause("5.h/query", "6.e.iv.3/ncic")
def test_a_confirmation_request_runs_its_clock_and_a_no_closes_the_open_page(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    import_list(live_hub, tmp_path, "Guadalupe County", "GDL512")
    entered = {"nic": "V000000512", "ori": "TX0000000", "oca": "26-000512"}
    on_file(live_hub, plate="GDL512", state="NM", reply="late", verdict="N", **entered)
    live_hub.drive_by("GDL512")
    job = signed_in("ada")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    open_alert(page, "Guadalupe County")
    job.read_plate("GDL512", "NM")
    job.observe()
    job.verify()
    expect(page.locator("#verify")).to_contain_text("Hit, not confirmed yet")
    page.get_by_text("Record, priority, case", exact=True).click()
    expect(page.get_by_label("Case number (OCA)")).to_have_value("26-000512")
    job.step("a hit may be confirmed")
    page.get_by_role("button", name="Send the request").click()
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^(10:00|9:\d\d) left$"))
    job.step("the entering agency has ten minutes")
    expect(page.locator("#denied")).to_contain_text("says that it is not valid", timeout=LATE)
    expect(page.locator("#stage")).to_have_text("Closed")
    expect(page.locator("[data-answer=hit]")).to_have_text("Record not valid")
    job.step("the entering agency says no")


@pytest.mark.clause("5.j/query", "5.j/verifies", "6.c.i.5/role")
def test_an_inspector_sees_that_a_truck_s_carrier_is_out_of_service(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.drive_by("CHA4719", "AZ")
    job = signed_in("dario")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    page.locator("tbody a", has_text="Public safety concern").first.click()
    job.read_plate("CHA4719", "AZ")
    page.get_by_role("button", name="Query FMCSA").click()
    verify = page.locator("#verify")
    expect(verify.locator("[data-answer=hit]")).to_have_text("Out of service, or may not operate")
    verify.get_by_role("heading").click()
    expect(verify).to_contain_text("GHOST HAULING LLC, USDOT 7654321")
    expect(verify).to_contain_text("out of service since January 15, 2026")
    expect(page.locator("#stage")).to_have_text("Hit")
    job.step("FMCSA verifies a truck")
    verify.get_by_text("Query FMCSA by the DOT number on the vehicle").click()
    verify.get_by_label("DOT number on the vehicle").fill("MC 88")
    verify.get_by_role("button", name="Query FMCSA by this number").click()
    expect(verify).to_contain_text("A DOT number is 1 to 8 digits")
    expect(verify.get_by_label("DOT number on the vehicle")).to_have_value("MC 88")
    verify.get_by_label("DOT number on the vehicle").fill("USDOT 1234")
    verify.get_by_role("button", name="Query FMCSA by this number").click()
    expect(verify).to_contain_text("This does not verify the alert.")
    expect(verify).to_contain_text("The plate’s own registration names another carrier.")
    job.step("a number on the door verifies nothing")
