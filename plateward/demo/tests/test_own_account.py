"""Managing keys on one's own account, and the proof required to change them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.key import plug_in
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

LONG = "K" * 40  # the longest name allowed
REFUSED = """() => {
  const form = document.getElementById("passkey-form");
  form.elements.proof_credential.value = '{"id": "x"}';
  form.submit();
}"""


@pytest.mark.clause("IA-2/people", "IA-5.codes/recovery")
def test_a_key_is_added_renamed_asked_for_and_removed(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    plug_in(page)
    page.goto(live_hub.url + "account/passkeys/add/")
    page.get_by_label("Name").fill("Patrol car")
    page.locator("[data-passkey=add]").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.reload()
    expect(page.get_by_text("cannot be shown again")).to_be_visible()
    job.step("recovery codes are shown no second time")

    page.goto(live_hub.url + "account/passkeys/")
    page.get_by_role("link", name="Rename Patrol car").click()
    job.step("a key may be renamed")
    page.get_by_label("Name").fill(LONG)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name=f"Remove {LONG}").click()
    job.step("a key may be removed")

    page.goto(live_hub.url + "account/again/?next=/account/passkeys/")
    job.step("a key or the password is asked again")
    page.evaluate(REFUSED)
    expect(page.get_by_role("alert")).to_have_text(
        "This key was not accepted. Try again, or use another one."
    )
    job.step("a key is refused, and asked again")
    page.get_by_role("button", name="Use your passkey or security key").click()

    page.get_by_role("link", name=f"Remove {LONG}").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
