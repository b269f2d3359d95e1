"""Misuse that a supervisor knows of, from the form to the report: each step checked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
WHY = (
    "The log shows four searches in one night and dispatch knows no call. In the interview he says it was a quarrel "
    "with his neighbor. Nothing speaks against it."
)


def open_act(page: Page, label: str) -> None:
    page.locator("summary", has_text=label).click()


@pytest.mark.clause(
    "6.f.i.3/investigate",
    "6.f.i.3/discipline",
    "6.f.i.3/reported",
    "6.g.i/chain",
    "6.g.i/recorded",
    "6.e.iii/marked",
)
def test_an_investigation_is_opened_decided_reviewed_and_reported(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    carla, hector = signed_in("carla"), signed_in("hector")
    page = carla.page
    page.goto(live_hub.url + "investigations/open/")
    carla.step("opening an investigation")
    page.get_by_label("Who", exact=True).fill("ben")
    page.get_by_label("What happened").fill("He searched the plate of a neighbor four times in one night.")
    page.get_by_label("When, or since when").fill("2026-02-01")
    page.get_by_label("How it is known").fill("The neighbor came to the station and complained.")
    page.get_by_role("button", name="Open the investigation").click()
    expect(page.get_by_role("status")).to_contain_text("is open")
    address = page.url
    open_act(page, "Add an allegation")
    carla.step("an investigation, and what its investigator can do")
    page.get_by_label("Clause violated").select_option("6.a.ii.3")
    page.get_by_label("What is alleged").fill("Searched a plate for a quarrel of his own.")
    page.get_by_role("button", name="Add an allegation").click()
    open_act(page, "Decide an allegation")
    page.get_by_label("Allegation", exact=True).select_option(index=1)
    page.get_by_text("Sustained: intentional misuse").click()
    page.locator("details[open]").get_by_label("Why").fill("He did it.")
    page.get_by_role("button", name="Decide an allegation").click()
    expect(page.get_by_role("alert").first).to_contain_text("The text is too short")
    page.locator("details[open]").get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Decide an allegation").click()
    expect(page.get_by_text("Not reviewed")).to_be_visible()
    page.goto(f"{address}entries/?show=all")
    carla.step("the subject's log entries")

    page = hector.page
    page.goto(live_hub.url + "investigations/")
    hector.step("open investigations")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    open_act(page, "Review an outcome")
    page.get_by_label("Outcome", exact=True).select_option(index=0)
    page.locator("details[open]").get_by_label("Why").fill("I read the file and agree.")
    hector.step("an outcome that waits for review")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("Needs discipline and report")).to_be_visible()
    open_act(page, "Record the report")
    page.get_by_label("To whom, by name").fill("Marco Mora")
    page.get_by_label("How", exact=True).fill("By phone and letter.")
    page.get_by_label("When it was reported").fill("2026-01-01T08:00")
    page.get_by_label("Incident number").fill("IR-2026-17")
    page.get_by_role("button", name="Record the report to the CJIS Security Officer").click()
    expect(page.get_by_role("alert").first).to_contain_text("before the violation")
    hector.step("a report with a wrong time keeps what was typed")
    page.goto(address)
    hector.step("an investigation with its steps")
    with page.expect_download() as download:
        page.get_by_role("link", name="Print the file").click()
    assert download.value.suggested_filename.endswith("-CJI.pdf")
