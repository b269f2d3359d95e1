"""What leaves a search: results on paper and as a file, and tokens for programs. Nothing is loaded from elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plateward.demo.agency import MEMBERS
from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.cases import fill_case
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
REASON = "Catalytic converter cut off at the Allsup's lot on Main St at 0315; clerk's camera shows this plate leaving."


@pytest.mark.clause("6.e.iii/marked", "6.h.iii/approval", "6.c.ii.1/all")
def test_results_are_taken_along_and_a_program_gets_its_token(
    live_hub: LiveHub,
    window: Callable[..., Walkthrough],
    log_in: Callable[..., None],
    signed_in: Callable[..., Walkthrough],
) -> None:
    live_hub.drive_by("KWD533")
    live_hub.drive_by("KWD533")
    ada = window()
    log_in(
        ada, next(member for member in MEMBERS if member.username == "ada")
    )  # just now: so no proof is asked for
    page = ada.page
    page.goto(live_hub.url + "searches/")
    page.get_by_label("Plate", exact=True).fill("KWD 533")
    fill_case(page, REASON)
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Export").click()
    ada.step("an export is asked for")
    page.get_by_text("A disclosure for another").click()
    page.get_by_text("Officers of this agency").click()
    page.get_by_label("Who gets it").fill("For Agent Begay, who compares the times with the store's video.")
    page.get_by_text("Pages to print").click()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("row", name="KWD533")).to_have_count(2)
    ada.step("results on paper")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_text("Confidential: investigative lead only").first).to_be_visible()
    page.emulate_media(media="screen")
    page.go_back()
    page.get_by_text("CSV, for a spreadsheet").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert Path(download.value.path()).read_text("utf-8-sig").count("KWD533") == 2

    page.goto(live_hub.url + "searches/api/")
    ada.step("what the API offers")
    page.get_by_role("link", name="Your API tokens").click()
    page.get_by_label("Program").fill("Case workbench on my desk")
    page.get_by_label("Purpose").select_option(label="Investigation of a felony")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text("plateward_")).to_be_visible()
    ada.step("a token, this once")
    gloria = signed_in("gloria")
    gloria.page.goto(live_hub.url + "searches/api/tokens/all/")
    expect(gloria.page.get_by_role("row", name="Case workbench")).to_be_visible()
    gloria.step("tokens of all people")
