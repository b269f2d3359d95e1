"""A hot list is previewed before it counts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]

FILE = """plate,state,reason,priority,expires
QTX 118,NM,stolen_vehicle,high,2098-12-31
QTX119,,amber_alert,high,
QTX120,ZZ,stolen_vehicle,high,
QTX121,NM,rude_driver,low,
QTX122,NM,stolen_plate,low,2001-01-31
QTX123,NM,stolen_plate,low,9999-12-31
"""


@pytest.mark.clause("5.f/reasons")
def test_a_file_is_previewed_line_by_line_and_then_made_the_list(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "hotlists/")
    page.get_by_role("link", name="Load a list").click()
    page.get_by_label("List", exact=True).fill("Agency list")
    page.get_by_label("Source", exact=True).fill("District 5")
    page.get_by_label("File").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    page.get_by_role("button", name="Preview").click()

    rejected = page.get_by_role("table", name="Rejected").locator("tbody tr")
    expect(rejected).to_have_count(4)
    expect(rejected.nth(0)).to_contain_text("4")
    expect(rejected.nth(0)).to_contain_text("'ZZ' is not a state's two letters")
    expect(rejected.nth(1)).to_contain_text("'rude_driver' is not a reason of OPR:50 5.f")
    expect(rejected.nth(2)).to_contain_text("it expired on January 31, 2001")
    expect(rejected.nth(3)).to_contain_text("leave it blank if the entry does not expire")
    expect(page.get_by_role("table", name="Added").locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("No changes made yet.")).to_be_visible()
    job.step("what a file would change, before it does")

    page.get_by_role("button", name="Replace list").click()
    expect(page.get_by_role("status")).to_contain_text("2 added, 0 changed, 0 removed, 4 rejected")
    page.get_by_role("link", name="Agency list", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("QTX 118")
    job.step("the list that was loaded")
