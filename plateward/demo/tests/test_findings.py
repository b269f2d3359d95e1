"""A finding as its reviewers see it, and never its subject."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

# As the hourly run reports what it found; and some searches for the chart.
REPORT = """
from datetime import timedelta
from uuid import uuid4
from plateward.ground import clock
from plateward.oversight.detectors.records import Pattern
from plateward.oversight.findings.actions import report
from plateward.people.models import Person
from plateward.work.searches.models import NumberCheck, Search
from plateward.work.searches.query import SearchQuery, write_query
now, ada = clock.now(), Person.objects.get(username="ada")
for day in (1, 1, 1, 2, 4, 4, 9, 15, 15, 22):
    at = now - timedelta(days=day)
    query = write_query(SearchQuery(since=at - timedelta(days=9), until=at, plates=("XYQ123",)))
    about = {"purpose": "felony", "reason": "investigation", "number": "2026-00398"}
    search = Search.objects.create(key=uuid4(), person=ada, at=at, query_json=query, **about)
    NumberCheck.objects.create(search=search, standing="closed", detail="It was closed.")
said = "Searched plate XYQ123 4 times from November 2 to November 3, 2026 under one case number; " \\
    "CAD named no current case with this plate by this number. " \\
    "Most frequent reason: “investigation” (4 of 4). Case numbers: 4 with a number that is unknown to CAD."
chain = ("supervisor", "administrator")
report([Pattern(now - timedelta(days=9), "repeated plate", "ada", "XYQ123", chain, said, now, 7)])
"""


@pytest.mark.clause("6.a.ii.2/found", "6.f.i.3/investigate", "6.e.iii/marked")
def test_a_reviewer_decides_on_a_finding_whose_subject_never_sees_it(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.ask(REPORT)
    job = signed_in("carla")
    page = job.page
    page.goto(live_hub.url + "findings/")
    job.step("the list of findings")
    page.locator("tr", has_text="Ada Archuleta").get_by_role("link").click()
    expect(page.get_by_text("Searched plate XYQ123 4 times")).to_be_visible()
    expect(page.locator("section", has_text="Who opened this finding")).to_contain_text("Carla Chavez")
    job.step("a finding with its chart")
    address = page.url
    page.get_by_text("Legitimate police use", exact=True).click()
    page.get_by_label("What you looked at").fill("It is fine.")
    page.get_by_role("button", name="Save outcome").click()
    expect(page.get_by_role("alert").first).to_contain_text("The reason is too short")
    job.step("an outcome without a reason is refused")
    page.get_by_label("What you looked at").fill(
        "The plate is the victim's own car; the case was entered a day late."
    )
    page.get_by_role("button", name="Save outcome").click()
    expect(page.get_by_role("status")).to_contain_text("legitimate police use")
    page.goto(address)
    job.step("a finding with its outcome")
    ada = signed_in("ada")
    answer = ada.page.goto(address)
    assert answer
    assert answer.status == 403
    expect(ada.page.get_by_text("XYQ123")).to_have_count(0)


@pytest.mark.clause("6.e.iii/marked")
def test_the_administrator_changes_a_threshold(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "findings/thresholds/")
    job.step("the thresholds")
    page.get_by_label("Threshold", exact=True).select_option("bulk export.results")
    page.get_by_label("New value", exact=True).fill("5000")
    page.get_by_label("Reason").fill("Analysts export more than a thousand rows each month.")
    page.get_by_role("button", name="Save threshold").click()
    expect(page.get_by_role("status")).to_contain_text("Threshold saved")
    job.step("a threshold was changed")
