"""The compliance report as an auditor of it reads it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser


@pytest.mark.clause("4.a/map", "4.c/map", "6.e.iii/marked")
def test_a_row_unfolds_to_its_evidence_and_a_bad_filter_is_named(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "compliance/")
    job.step("the compliance report")
    row = page.locator("[id='6.d.ii']")
    page.locator("details.part", has=row).locator("summary").first.click()
    row.locator("summary").first.click()
    expect(row).to_contain_text("Accounts with current CJIS training")
    row.locator(".clause-part summary").first.click()
    job.step("a row with its evidence and tests")
    page.get_by_label("State").select_option("Partly")
    page.get_by_role("button", name="Filter").click()
    page.locator("[id='6.b.i.3'] summary").first.click()
    expect(page.locator("[id='6.b.i.3']")).to_contain_text("No vendor system is connected")
    job.step("known gaps")
    page.goto(live_hub.url + "compliance/?state=broken&q=" + "x" * 101)
    expect(page.get_by_text("“broken” is not an option here", exact=False).first).to_be_visible()
    job.step("filters with mistakes are named")
