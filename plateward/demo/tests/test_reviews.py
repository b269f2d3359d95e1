"""A weekly review of the log, from the list to the signature and the print."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

# A week on, the review of this week opens; denied attempts of Ada's are on its list.
OPEN = """
from datetime import timedelta
from plateward.ground import clock
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.people.actor import PersonActor
from plateward.people.models import Person
ada, elena = (PersonActor.of(Person.objects.get(username=name), "10.0.0.7") for name in ("ada", "elena"))
for number in range(4):
    record(ada, Event.SEARCH_ASK, f"search:{number}", outcome="refused", clause="6.a.iii", reason="No such case.")
record(elena, Event.SEARCH_EXPORT, "search:9", reason="For Sergeant Chavez, to plan the patrol.", reads=240)
for number in range(70):
    record((ada, elena)[number % 2], Event.ALERT_VIEW, f"alert:{number}")
with clock.set_to(clock.now() + timedelta(days=7)):
    open_due_reviews()
"""
# The supervisor answers; the auditor sees to what is Gloria's, or the Chief's.
ANSWER = """
from plateward.oversight.reviews.actions import answer_item, reply
from plateward.oversight.reviews.models import AuditItem, Question
from plateward.oversight.reviews.rules import Verdict
from plateward.people.testing import acting
nora = acting("nora")
for question in Question.objects.filter(reply=None):
    reply(acting(question.to.username), question, "The three burglaries of last night, which the patrol looks into.")
for item in AuditItem.objects.filter(answer=None):
    answer_item(nora, item, Verdict.IN_ORDER, "")
"""


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly", "6.e.iii/marked")
def test_a_reviewer_works_through_the_list_by_keyboard_and_signs(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.ask(OPEN)
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "reviews/")
    job.step("the list of audit reviews")
    page.get_by_role("link", name="Weekly review of").first.click()
    expect(page.get_by_role("heading", name="Data left the system", exact=True)).to_be_visible()
    job.step("a review with its work list")
    address = page.url

    export = page.locator("[data-item]", has_text="Search results exported by Elena")
    export.focus()
    page.keyboard.press("d")
    expect(export.get_by_text("240", exact=True)).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("Which cases are these 240 reads for?")
    job.step("what is not in order is written down")
    export.get_by_role("button", name="Ask").click()
    expect(export).to_contain_text("Which cases are these 240 reads for?")
    expect(export).to_contain_text("No answer yet.")
    expect(page.locator("[data-item]:focus")).not_to_have_attribute("data-item", "answered")
    before = page.locator("[data-item=answered]").count()
    page.keyboard.press("i")
    expect(page.locator("[data-item]", has=page.locator(":focus"))).to_contain_text(
        "It cannot be taken back."
    )
    page.keyboard.press("Enter")
    expect(page.locator("[data-item=answered]")).to_have_count(before + 1)
    job.step("an entry is in order by a key that says what it means, and Enter")

    page.goto(address + "?why=sample")
    together = page.get_by_role("button", name="sampled entr")
    expect(together).to_be_disabled()
    for item in page.locator("[data-item=sampled]").all():
        item.scroll_into_view_if_needed()
    expect(together).to_be_enabled()
    job.step("the sampled entries were all on the screen")
    together.click()
    expect(page.get_by_role("status").first).to_contain_text("recorded as in order")

    live_hub.ask(ANSWER)
    page.goto(address)
    page.get_by_label("Conclusion").fill("One export was asked about; nothing else is unusual.")
    job.step("the review is ready for its signature")
    page.get_by_role("button", name="Sign the review").click()
    expect(page.get_by_text("You signed the weekly review")).to_be_visible()
    job.step("the review is signed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Print (PDF)").click()
    assert download.value.suggested_filename.endswith("CJI.pdf")
