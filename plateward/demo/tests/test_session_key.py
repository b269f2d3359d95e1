"""A session is bound to a key that its browser cannot give away: pages continue by themselves, a copy does not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.sign_in import acknowledge, choose_password, give_password
from plateward.people.testing import totp_code

pytestmark = pytest.mark.browser
ASLEEP = """
from datetime import timedelta
from plateward.ground import clock
from plateward.people.models import SignIn
one = SignIn.objects.get(person__username="otis")
SignIn.objects.filter(pk=one.pk).update(step_at=clock.now() - timedelta(minutes=4))
print("step", one.step)
assert len(one.key) == 87
"""


def asleep(hub: LiveHub) -> int:
    """As after some minutes of the computer's sleep. Returns the session's current step: a page takes one more for each
    minute that it is open."""
    output = hub.ask(ASLEEP)
    return next(int(line[5:]) for line in output.splitlines() if line.startswith("step "))


@pytest.mark.clause("6.a.i.2/own", "6.a.i.2/lending", "IA-5.sessions/secret")
def test_a_page_proves_its_key_and_copied_cookies_end_the_session(
    live_hub: LiveHub, window: Callable[..., Walkthrough]
) -> None:
    first = live_hub.newcomer("otis", "Otis Ortega")
    job = window(keyed=True)
    page = job.page
    acknowledge(page, live_hub.url)
    give_password(page, "otis", first)
    choose_password(page, first)
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Code").fill(totp_code(page.locator("[data-totp-secret]").inner_text()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    begun = asleep(live_hub)
    assert begun >= 1

    page.goto(live_hub.url + "account/password/")
    page.get_by_label("Current Password").fill("not my password")
    page.get_by_label("New password", exact=True).fill("a password of 2027")
    page.get_by_label("New password (again)").fill("a password of 2027")
    opened = asleep(live_hub)
    assert opened > begun
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_text(
        "This is not your current password."
    )
    expect(page.locator(".usa-error-message")).to_have_text("This is not your current password.")

    cookies = page.context.cookies()
    step = opened
    for _ in range(2):
        before, step = step, asleep(live_hub)
        assert step > before
        page.goto(live_hub.url + "account/")
        expect(page.get_by_role("heading", name="My account")).to_be_visible()
    # Whoever goes from page to page keeps the mark fresh, too: its age is the browser's, not the page's.
    page.evaluate("localStorage.setItem('plateward.key.at', Date.now() - 41_000)")
    with page.expect_response("**/session/key/", timeout=10_000):
        page.goto(live_hub.url + "account/")
    thief = window()
    thief.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    answer = thief.page.goto(live_hub.url + "account/")
    assert answer
    assert answer.status == 401
    expect(thief.page.get_by_role("alert")).to_contain_text("A copy of this session's cookies was used")
    thief.step("a copied session opens nothing")
    page.reload()
    expect(page.get_by_text("A copy of this session's cookies was used")).to_be_visible()
