"""What is kept until when, as the administrator sees it."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub
from plateward.ground import clock

pytestmark = pytest.mark.browser


@pytest.mark.clause("6.h.i/terms", "6.h.ii/reads", "6.c.i.1/role")
def test_the_administrator_sees_what_goes_next_and_holds_a_plate(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.drive_by("RTN417")
    ran = json.loads(live_hub.command("retention", "run", "--json"))
    assert ran["problem"] == ""
    ended = clock.now().date() - timedelta(days=31)  # if midnight, in UTC, has just ended its term
    assert {row["day"] for row in ran["destroyed"]} <= {str(ended)}
    assert ran["days"] >= 1
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "retention/")
    expect(page.get_by_role("heading", name="Next to be destroyed")).to_be_visible()
    expect(page.get_by_text("Reads: 30 days (OPR:50 6.h.ii)").first).to_be_visible()
    job.step("what is kept, and until when")
    page.get_by_role("link", name="Propose a change").click()
    job.step("a proposal of a schedule")
    page.goto(live_hub.url + "retention/holds/place/?kind=plate")
    today = localdate()
    page.get_by_label("Plate", exact=True).fill("RTN417")
    page.get_by_label("From").fill(f"{today - timedelta(days=1)}")
    page.get_by_label("Through").fill(f"{today + timedelta(days=1)}")
    page.get_by_label("Legal basis").fill("2026-00412")
    page.get_by_label("Why it must be kept").fill("The prosecutor asked for it by letter.")
    page.get_by_label("Review on").fill(f"{today + timedelta(days=90)}")
    job.step("a hold as it is placed")
    page.get_by_role("button", name="Place the hold").click()
    expect(page.get_by_text("is shown while that search is active").first).to_be_visible()
    job.step("the hold")
    past = {
        "holds/": "Litigation hold 26-07",
        "evidence/": "Adjudicated",
        "orders/": "Chief's Order 2026-9",
        "certificates/": "Certificate 1",
    }
    for path, content in past.items():
        page.goto(f"{live_hub.url}retention/{path}")
        expect(page.get_by_text(content).first).to_be_visible()
        job.step(f"retention/{path}")
