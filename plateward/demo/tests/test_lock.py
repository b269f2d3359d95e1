"""A page that locks without losing work, and an account that stays locked until somebody releases it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, Route, expect

from plateward.demo.agency import PASSWORD
from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.key import plug_in
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.sign_in import acknowledge, give_password

pytestmark = pytest.mark.browser
HALF_AN_HOUR = "30:01"


def unlock(page: Page, password: str) -> None:
    page.get_by_label("Password of Ben Begay").fill(password)
    page.get_by_role("button", name="Unlock").click()


def heard_of_it(answer: Response) -> bool:
    """The hub's answer to a page that reports its lock; until then the hub goes on answering."""
    return answer.url.endswith("/session/") and "act=lock" in (answer.request.post_data or "")


@pytest.mark.clause("AC-11/lock", "IA-5.sessions/again")
def test_an_idle_page_locks_in_every_tab_and_comes_back_with_unsaved_text(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.clock.install()
    page.goto(live_hub.url + "account/passkeys/add/")
    page.get_by_label("Name").fill("Half a na")
    other = page.context.new_page()
    other.goto(live_hub.url + "alerts/")
    page.bring_to_front()
    with page.expect_response(heard_of_it):
        page.clock.fast_forward(HALF_AN_HOUR)
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    for hidden in ("main", "header", "footer"):
        expect(page.locator(hidden)).to_be_hidden()
    assert "Half" not in page.locator("body").aria_snapshot()
    expect(page).to_have_title("Locked · Plateward")
    job.step("an idle page hides itself")

    expect(other.get_by_role("dialog", name="Locked")).to_be_visible()
    expect(other.locator("main")).to_be_hidden()
    answer = page.request.get(live_hub.url + "alerts/", headers={"Accept": "application/json"})
    assert (answer.status, answer.json()["clause"]) == (401, "AC-11")

    unlock(page, "not my password")
    expect(page.get_by_role("alert")).to_have_text("This is not your password.")
    job.step("a wrong password unlocks nothing")
    unlock(page, PASSWORD)
    expect(page.get_by_label("Name")).to_have_value("Half a na")
    expect(page.get_by_role("dialog", name="Locked")).to_be_hidden()
    expect(other.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()
    expect(other.locator("html")).to_have_attribute("data-stream", "open")


@pytest.mark.clause("AC-11/lock")
def test_a_page_is_locked_by_hand_and_a_reload_shows_no_more(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    with page.expect_response(heard_of_it):
        page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    for offered in ("Lock", "My account", "Alerts"):
        expect(page.get_by_text(offered, exact=True)).to_have_count(0)
    job.step("a locked session asks before it shows a page")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()


@pytest.mark.clause("AC-11/lock", "IA-2/people")
def test_a_page_is_unlocked_by_a_key_and_is_as_it_was(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("elena")
    page = job.page
    plug_in(page)
    page.goto(live_hub.url + "account/passkeys/add/")
    page.get_by_label("Name").fill("Console")
    page.locator("[data-passkey=add]").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.goto(live_hub.url + "account/passkeys/add/")
    page.get_by_label("Name").fill("Half a na")
    page.get_by_role("button", name="Lock", exact=True).click()
    dialog = page.get_by_role("dialog", name="Locked")
    key = dialog.get_by_role("button", name="Use your passkey or security key")
    expect(key).to_be_focused()
    job.step("a locked page asks for the key first")
    answer = page.request.get(live_hub.url + "alerts/", headers={"Accept": "application/json"})
    assert (answer.status, answer.json()["clause"]) == (401, "AC-11")
    key.click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Half a na")
    assert page.request.get(live_hub.url + "alerts/").ok


@pytest.mark.clause("AC-11/lock")
def test_a_late_answer_does_not_unlock_the_page_and_the_hub_learns_of_a_missed_lock(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    page = signed_in("ben").page
    page.goto(live_hub.url + "alerts/")
    dialog, late = page.get_by_role("dialog", name="Locked"), []

    def held_back(route: Route) -> None:
        if route.request.method == "POST":  # the line is down when the lock is reported
            route.abort()
        else:
            late.append((route, route.fetch()))

    page.route("**/session/", held_back)
    look = "dispatchEvent(new Event('plateward:locked'))"
    page.evaluate(look)
    for _ in range(400):  # 20 s, as elsewhere in a browser
        if late:
            break
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(dialog).to_be_visible()
    route, answer = late.pop()
    assert answer.json()["locked"] == ""
    with page.expect_response("**/session/"):
        route.fulfill(response=answer)
    page.wait_for_timeout(100)
    expect(dialog).to_be_visible()

    page.unroute("**/session/")
    with page.expect_response("**/session/") as response:
        page.evaluate(look)
    assert response.value.json()["locked"]
    expect(dialog).to_be_visible()
    unlock(page, PASSWORD)
    expect(dialog).to_be_hidden()


@pytest.mark.clause("AC-7/lock")
def test_five_wrong_passwords_lock_an_account_and_the_administrator_releases_it(
    live_hub: LiveHub, window: Callable[..., Walkthrough], signed_in: Callable[..., Walkthrough]
) -> None:
    first = live_hub.newcomer("pedro", "Pedro Padilla")
    job = window()
    acknowledge(job.page, live_hub.url)
    for _ in range(5):
        give_password(job.page, "pedro", "not my password")
        expect(job.page.get_by_role("alert")).to_contain_text("The username or the password is wrong.")
    job.step("a wrong password is refused")
    admin = signed_in("gloria")
    admin.page.goto(live_hub.url + "people/log-ins/")
    locked = admin.page.locator(".locked", has_text="Pedro Padilla")
    admin.step("who is locked, what looks like sharing, and the terminals")
    give_password(job.page, "pedro", first)
    expect(job.page.get_by_role("alert")).to_contain_text("Too many failed log-ins here")

    locked.get_by_label("Reason").fill("She mistyped it; I know her voice.")
    locked.get_by_role("button", name="Release Pedro Padilla").click()
    expect(admin.page.get_by_text("Pedro Padilla may log in again.")).to_be_visible()
    admin.page.get_by_label("Name").fill("Car 7")
    admin.page.get_by_label("Kind").select_option("patrol")
    admin.page.get_by_role("button", name="Issue a code").click()
    expect(admin.page.get_by_text("Code for Car 7")).to_be_visible()
    admin.step("a terminal's code is shown once")
    issued = admin.page.locator(".usa-alert .mono").inner_text()
    give_password(job.page, "pedro", first)
    expect(job.page.get_by_role("heading", name="Change your password")).to_be_visible()
    car = window()
    acknowledge(car.page, live_hub.url)
    car.page.goto(live_hub.url + "terminal/")
    car.page.get_by_label("Code").fill(issued)
    car.step("a browser becomes a terminal")
    car.page.get_by_role("button", name="Register").click()
    expect(car.page.get_by_text("This browser is now Car 7")).to_be_visible()
    car.step("the strongest way to log in comes first")
