"""A newcomer's first day: a one-time password, their own password, a second factor; and what sign-in refuses."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.key import plug_in
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.sign_in import OWN, acknowledge, choose_password, give_password
from plateward.people.testing import totp_code

pytestmark = pytest.mark.browser


def give_code(page: Page, code: str) -> None:
    """By the keyboard alone, in a field that is focused; the last digit sends it."""
    expect(page.get_by_label("The code that your app shows now")).to_be_focused()
    page.keyboard.type(code)


@pytest.mark.clause("6.c.ii.1/factors", "IA-2/people", "IA-5.codes/strong")
def test_an_authenticator_app_is_set_up_and_neither_a_wrong_password_nor_a_used_code_logs_in(
    live_hub: LiveHub, window: Callable[..., Walkthrough]
) -> None:
    first = live_hub.newcomer("nina", "Nina Nez")
    job = window()
    page = job.page
    acknowledge(page, live_hub.url)
    give_password(page, "nina", OWN)
    expect(page.get_by_role("alert")).to_contain_text("The username or the password is wrong.")
    job.step("a wrong password is refused")

    give_password(page, "nina", first)
    choose_password(page, first)
    job.step("a second factor must be set up")
    page.get_by_role("link", name="Set up").click()
    secret = page.locator("[data-totp-secret]").inner_text()
    job.step("an authenticator app can be set up")
    used = totp_code(secret)
    page.get_by_label("Code").fill(used)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Log out").click()

    acknowledge(page, live_hub.url)
    give_password(page, "nina", OWN)
    give_code(page, used)
    expect(page.get_by_text("A code works once: wait for the next one and enter it.").first).to_be_visible()
    job.step("a code that was used before is refused")
    give_code(page, totp_code(secret, 1))
    expect(page.get_by_role("heading", name="My access")).to_be_visible()


@pytest.mark.clause("6.c.ii.1/factors", "IA-2/people", "IA-5.passwords/checked")
def test_a_newcomer_chooses_a_password_adds_a_passkey_and_logs_in_with_it_alone(
    live_hub: LiveHub, window: Callable[..., Walkthrough]
) -> None:
    first = live_hub.newcomer("irma", "Irma Ilfeld")
    job = window()
    page = job.page
    plug_in(page)
    acknowledge(page, live_hub.url)
    job.step("somebody new may log in")
    give_password(page, "irma", first)
    expect(page.get_by_role("heading", name="Change your password")).to_be_visible()
    job.step("a password for one log-in must be changed")
    choose_password(page, first)

    page.get_by_role("link", name="Add").click()
    page.get_by_text("Log in with this key alone").click()
    page.locator("[data-passkey=add]").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    job.step("recovery codes are shown once")
    page.goto(live_hub.url + "account/passkeys/")
    job.step("the passkey is on the account")

    page.get_by_role("button", name="Log out").click()
    acknowledge(page, live_hub.url)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="My access")).to_be_visible()


@pytest.mark.clause("6.c.i.2/sworn", "6.b.i.8/matrix")
def test_an_officer_who_opens_the_audit_log_is_told_why_not(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    answer = job.page.goto(live_hub.url + "audit/")
    assert answer
    assert answer.status == 403
    expect(job.page.get_by_role("alert")).to_contain_text("Refused:")
    expect(job.page.get_by_role("alert")).to_contain_text("clause 6.")
    job.step("a page of another role is refused")
