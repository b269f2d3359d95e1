"""Access as people see it: a transfer decided, a lost authenticator reset, and missing requirements shown."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.agency import PASSWORD
from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.sign_in import acknowledge, give_password

pytestmark = pytest.mark.browser


@pytest.mark.clause("5.d/says", "5.d/cjis", "6.d.ii/yearly")
def test_whose_training_lapsed_sees_what_is_missing(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("jack")
    job.page.goto(live_hub.url + "alerts/")
    expect(job.page.get_by_role("heading", name="You have no access now")).to_be_visible()
    expect(job.page.get_by_text("CJIS security awareness")).to_be_visible()
    job.step("what is missing is told")


@pytest.mark.clause("AC-2/approval", "AC-2/told", "5.d/account")
def test_a_pending_transfer_is_approved_and_the_supervisor_notified(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "access/waiting/")
    row = page.get_by_role("row").filter(has_text="Ben Begay")
    expect(row).to_contain_text("Officer or agent, Unit 12, under Carla Chavez")
    job.step("a transfer waits")
    row.get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Deny selected").click()
    expect(page.get_by_role("alert")).to_contain_text("denial has no reason")
    job.step("a denial without a reason is refused")
    expect(page.get_by_role("row").filter(has_text="Ben Begay").get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Approve selected").click()
    expect(page.get_by_role("status")).to_contain_text("Ben Begay as Officer or agent: approved.")
    carla = signed_in("carla")
    carla.page.goto(live_hub.url + "access/notices/")
    expect(carla.page.get_by_text("Ben Begay is transferred")).to_be_visible()
    carla.step("the supervisor is told of a transfer")


@pytest.mark.clause("IA-2/people")
def test_two_people_reset_a_lost_authenticator(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.newcomer("quinn", "Quinn Quintana")
    hector = signed_in("hector")
    page = hector.page
    page.goto(live_hub.url + "access/recovery/")
    page.get_by_label("Username").fill("quinn")
    page.get_by_label("What was lost, and how").fill("The phone fell into the river.")
    page.get_by_label("How you checked identity").fill("In person, by ID card.")
    page.get_by_role("button", name="Submit request").click()
    expect(page.get_by_text("You requested this reset.")).to_be_visible()
    hector.step("a reset waits for a second person")
    gloria = signed_in("gloria")
    gloria.page.goto(live_hub.url + "access/recovery/")
    gloria.step("a second person may confirm a reset")
    gloria.page.get_by_role("button", name="Confirm the reset").click()
    expect(gloria.page.get_by_text("This password is for one log-in")).to_be_visible()
    gloria.step("a password for one log-in is shown once")


@pytest.mark.clause("AC-7/lock", "6.b.i/designation")
def test_the_chief_lets_the_only_administrator_in_again(
    live_hub: LiveHub, window: Callable[..., Walkthrough], signed_in: Callable[..., Walkthrough]
) -> None:
    gloria, hector, door = signed_in("gloria"), signed_in("hector"), window()
    acknowledge(door.page, live_hub.url)
    for _ in range(5):
        give_password(door.page, "gloria", "not my password")
        expect(door.page.get_by_role("alert")).to_contain_text("The username or the password is wrong.")
    give_password(door.page, "gloria", PASSWORD)
    expect(door.page.get_by_role("alert")).to_contain_text("for the last administrator, the Chief")
    door.step("the only administrator is locked out, and told who lets her in")
    gloria.page.goto(live_hub.url + "people/")
    expect(
        gloria.page.get_by_text("Another ALPR administrator or, if there is none, the Chief")
    ).to_be_visible()
    gloria.step("a session of hers that was open works no more, and says the same")

    page = hector.page
    page.goto(live_hub.url + "access/notices/")
    expect(page.get_by_text("Gloria Gallegos is locked after five failed log-ins")).to_be_visible()
    hector.step("the Chief is told that the administrator is locked")
    page.goto(live_hub.url + "access/offices/")
    hector.step("the only administrator cannot work, and the Chief may let her in")
    page.get_by_role("link", name="Restore access Gloria Gallegos").click()
    page.get_by_label("Reason").fill("Called her: it was her nephew.")
    hector.step("the Chief says why the administrator may come back")
    page.get_by_role("button", name="Restore access").click()
    expect(page.get_by_role("status")).to_contain_text("Gloria Gallegos is no longer suspended")
    gloria.page.goto(live_hub.url + "people/")
    expect(gloria.page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    give_password(door.page, "gloria", PASSWORD)
    expect(door.page.get_by_role("heading", name="Second factor")).to_be_visible()
