"""The screen in the vehicle, in a real browser, with the demo's hub."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from plateward.demo.agency import MEMBERS, PASSWORD
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.look import look
from plateward.people.testing import totp_code

pytestmark = [pytest.mark.browser, pytest.mark.clause("5.b/vehicle", "6.e.i/vehicle")]
EVERYTHING = "() => performance.getEntriesByType('resource').map(({name}) => new URL(name).host)"


@pytest.fixture
def page(live_hub: LiveHub, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1024, "height": 600})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(car_url(live_hub))
    yield page
    context.close()


def car_url(live_hub: LiveHub) -> str:
    found = re.search(r"(https://\S+)  \(another window", live_hub.output)
    assert found
    return found[1]


@pytest.fixture
def log_in(page: Page, _codes: dict[str, str]) -> Callable[[str], None]:
    """By hand, with a code that the person has not used on the pages."""

    def by_hand(username: str) -> None:
        secret = next(member.secret for member in MEMBERS if member.username == username)
        while totp_code(secret) == _codes.get(username):
            time.sleep(0.5)
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("One-time code").fill(totp_code(secret))
        _codes[username] = totp_code(secret)
        page.get_by_role("button", name="I agree. Log in").click()

    return by_hand


@pytest.mark.clause(
    "5.c/cji", "5.g/source", "5.g/maybe", "6.e.iii/marked", "6.e.iv.1/missing", "6.b.i.9/entries"
)
def test_an_officer_logs_in_hears_and_acknowledges_an_alarm_and_the_hub_knows(
    live_hub: LiveHub, page: Page, log_in: Callable[[str], None]
) -> None:
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    look("the vehicle's screen before log-in", page)
    log_in("jack")
    expect(page.get_by_role("alert").filter(has_text="clause 6.d")).to_be_visible()
    log_in("ada")
    look("the vehicle's screen asks for a purpose", page)
    page.get_by_role("button", name="Patrol").click()
    expect(page.get_by_text("Agent Ada Archuleta, until")).to_be_visible()
    alarm = page.get_by_role("article").filter(has_text="POSSIBLE HIT: high priority")
    expect(alarm.get_by_text("May be this vehicle.")).to_be_visible(timeout=300_000)
    expect(page.locator("html")).to_have_attribute("data-rung", re.compile(r"[1-9]"))
    expect(page.get_by_text("No start-of-shift check").first).to_be_visible()
    look("an alarm on the vehicle's screen", page)
    page.keyboard.press("a")
    expect(page.get_by_text("Acknowledged").first).to_be_visible()
    assert set(page.evaluate(EVERYTHING)) == {car_url(live_hub).split("/")[2]}
    asked = (
        "from plateward.core.audit.models import AuditEntry\n"
        "print(*AuditEntry.objects.filter(event__in=['screen.login']).values_list('object', 'outcome'))"
    )
    assert "('person:ada', 'done')" in live_hub.ask(asked)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
