"""From the camera to the disposition, in a single window: what `plateward demo --smoke` does, checked closely."""

from collections.abc import Callable, Mapping

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import Page, expect

from plateward import clock
from plateward.demo.agency import Member
from plateward.demo.smoke import ADA, Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]
PLATE, SPACED = "MRD583", "MRD 583"


CLOSED_BY_AN_ENCOUNTER = {
    "outcome": "encounter",
    "persons_stopped": "1",
    "force_used": "no",
    "recovered": "no",
    "narrative": "Stopped the red pickup at mile 12 before anybody had verified it.",
}


def post(page: Page, act: str, fields: Mapping[str, str]) -> tuple[int, str]:
    """Send this to the alert on the page, as a page of the hub would, with or without its form."""
    token = page.locator("#steps [name=csrfmiddlewaretoken]").first.input_value()
    answer = page.context.request.post(
        f"{page.url}{act}", form={"csrfmiddlewaretoken": token, **fields}, headers={"Referer": page.url}
    )
    return answer.status, answer.text()


def post_encounter(page: Page) -> tuple[int, str]:
    """Request an encounter on it."""
    return post(page, "act", {"kind": "encounter"})


@pytest.mark.clause("5.b", "5.g", "6.e.iii", "6.e.iv.3", "6.e.vii", "6.a.iv", "6.e.iv.4", "6.c.ii.1", "AC-8")
def test_an_alert_is_read_observed_verified_acted_on_and_closed_in_that_order_only(
    live_hub: LiveHub,
    window: Callable[..., Walkthrough],
    log_in: Callable[[Walkthrough, Member], None],
    signed_in: Callable[..., Walkthrough],
) -> None:
    job = window()
    page = job.page
    log_in(job, ADA)
    job.sound_on()
    live_hub.drive_by("GHY851")
    with live_hub.on_the_road():
        job.await_alert("Stolen vehicle (NCIC)")
    expect(page.locator("main")).to_contain_text("Stolen vehicle (NCIC)")

    job.open_alert("Stolen vehicle (NCIC)")
    source = page.content()
    assert PLATE not in source
    assert SPACED not in source
    status, answer = post_encounter(page)
    assert status == 409
    assert "clause 6.e.iv.3" in answer
    assert PLATE not in answer

    job.read_plate(PLATE, "NM")
    page.get_by_text("Close this alert with a disposition").click()
    outcome = page.get_by_label("Outcome")
    expect(outcome.locator("option[value=not_located]")).to_have_count(1)
    expect(outcome.locator("option[value=encounter]")).to_have_count(0)
    page.get_by_text("Why other outcomes are not available").click()
    expect(page.locator(".not-offered")).to_contain_text("No encounter is recorded on this alert.")
    job.step("an outcome that cannot be recorded is not offered, and it says why")
    status, answer = post(page, "dispose", CLOSED_BY_AN_ENCOUNTER)
    assert status == 409
    assert "Refused: No encounter is recorded on this alert." in answer
    expect(page.locator("#stage")).not_to_have_text("Closed")
    why_not = page.locator("section:has(#step-act) .why-not")
    expect(why_not).to_contain_text("No encounter, investigation or enforcement yet.")
    expect(why_not).to_contain_text("clause 6.e.iv.3")
    job.observe()
    expect(why_not).to_contain_text("Query NCIC first")
    assert post_encounter(page)[0] == 409

    job.verify()
    expect(why_not).to_be_hidden()
    job.act_and_close()
    expect(page.get_by_role("main")).to_contain_text("Arrests: 1")
    expect(page.get_by_role("main")).to_contain_text("The red pickup, in the yard.")

    page.get_by_role("link", name="Record or confirm the export").click()
    job.step("a DEMS export is due after enforcement")
    page.get_by_label("Case or CAD number").fill("2026-00587")
    page.get_by_label("DEMS item number").fill("DEMS-2026/11873")
    page.get_by_label("Time of the export").fill(f"{localtime(clock.now()):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Record the export").click()
    expect(page.get_by_role("status")).to_contain_text("is recorded. A supervisor must confirm it.")
    job.step("DEMS exports due")
    sergeant = signed_in("carla")
    sergeant.page.goto(live_hub.url + "alerts/dems/")
    sergeant.step("DEMS exports due from people")
    row = sergeant.page.get_by_role("row").filter(has_text="supervisor confirmation pending").last
    row.get_by_role("link").click()
    sergeant.page.get_by_text("I found it there, under that number").click()
    sergeant.step("an export is looked up in DEMS")
    sergeant.page.get_by_role("button", name="Record the result").click()
    expect(sergeant.page.get_by_role("status")).to_contain_text("no export is due")
