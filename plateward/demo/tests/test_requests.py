"""Requests for hot list entries, as an officer submits and supervisors review them: each step checked."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.requests import LIST, WHY

pytestmark = pytest.mark.browser


def ask(
    job: Walkthrough, url: str, plate: str, *, reason: str = "Property crime", emergency: bool = False
) -> str:
    """Fill in the form and submit it; returns the request's number."""
    page = job.page
    page.goto(url + "hotlists/requests/ask")
    page.get_by_label("List", exact=True).select_option(label=LIST)
    page.get_by_label("Plate", exact=True).fill(plate)
    page.get_by_label("State", exact=False).first.select_option("NM")
    page.get_by_label("Vehicle").fill("White Chevrolet Silverado")
    page.get_by_label("Reason").select_option(label=reason)
    page.get_by_label("Narrative").fill(WHY)
    page.get_by_label("CAD or case number").fill("2026-00587")
    if emergency:
        page.get_by_text("This is an emergency").click()
    page.get_by_role("button", name="Submit for review").click()
    status = page.get_by_role("status").filter(has_text="submitted")
    expect(status).to_be_visible()
    number = re.search(r"Request (\d+)", status.inner_text())
    assert number
    return number[1]


@pytest.mark.clause("6.f.i.1/review", "6.a.iii/known")
def test_asked_returned_mended_approved_and_live(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    ben, carla = signed_in("ben"), signed_in("carla")
    page = ben.page
    page.goto(live_hub.url + "hotlists/requests/ask")
    ben.step("an officer asks for a plate to be listed")
    page.get_by_label("List", exact=True).select_option(label=LIST)
    page.get_by_label("Plate", exact=True).fill("BKT 4I9")
    page.get_by_label("Vehicle").fill("Red Ford F-150")
    page.get_by_label("Reason").select_option(label="Property crime")
    page.get_by_label("Narrative").fill(WHY)
    page.get_by_label("CAD or case number").fill("2026-99999")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Not submitted yet: check these entries first")).to_be_visible()
    expect(page.get_by_role("table", name="In force already")).to_contain_text("Look-alike characters")
    ben.step("a look-alike entry is shown before it is sent in")
    page.get_by_text("I reviewed the entries above").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert").get_by_role("listitem")).to_contain_text(
        "CAD has no incident or case 2026-99999"
    )
    expect(page.locator(".usa-error-message")).to_contain_text("CAD has no incident or case 2026-99999")
    expect(page.get_by_label("Narrative")).to_have_value(WHY)
    ben.step("a number that CAD does not know is refused, and nothing typed is lost")

    number = ask(ben, live_hub.url, "KWD 530")
    expect(page.get_by_text("It is with Carla Chavez").first).to_be_visible()
    expect(page.get_by_text("Known to CAD")).to_be_visible()
    ben.step("the request says with whom it is")
    page.goto(live_hub.url + "hotlists/requests/")
    ben.step("my requests")

    page = carla.page
    page.goto(live_hub.url + "alerts/")
    expect(page.get_by_role("link", name=re.compile(r"Hot lists \d+ to review"))).to_be_visible()
    page.goto(live_hub.url + "hotlists/requests/review/")
    carla.step("what waits for a supervisor")
    page.get_by_role("link", name=f"{number}: List a plate").click()
    carla.step("a request with all that is needed to decide it")
    page.get_by_label("Message to requester").fill("Which store, and who saw it?")
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_role("status")).to_contain_text("returned")

    page = ben.page
    page.goto(live_hub.url + "hotlists/requests/")
    page.get_by_role("link", name="correct it").first.click()
    expect(page.get_by_text("Which store, and who saw it?")).to_be_visible()
    ben.step("what came back is mended with the supervisor's words in sight")
    page.get_by_label("Narrative").fill(WHY + " Seen by the clerk of the store at 400 Central.")
    page.get_by_role("button", name="Submit again").click()
    expect(page.get_by_role("heading", name=re.compile("Version 2"))).to_be_visible()
    ben.step("every version is kept")

    page = carla.page
    page.goto(live_hub.url + f"hotlists/requests/review/{number}/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("approved")
    live_hub.drive_by("KWD530")
    page = ben.page
    page.goto(live_hub.url + "hotlists/requests/?show=decided")
    ben.step("what was decided")
    page.get_by_role("link", name=f"{number}: List a plate").click()
    page.get_by_role("link", name="The entry's history").click()
    expect(page.get_by_text("Approved by Carla Chavez")).to_be_visible()
    ben.step("an entry's history")
    expect(page.locator("dl.facts a").first).to_have_text(re.compile(r"\d+"))  # the alert that it raised
    page.get_by_role("link", name="Request its removal").click()
    page.get_by_label("Reason for removal").fill("The vehicle was found at its owner's house.")
    ben.step("its removal is asked for")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("It is with Carla Chavez")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("is withdrawn")


@pytest.mark.clause("6.f.i.1/emergency")
def test_in_an_emergency_a_supervisor_approves_in_a_single_step_from_any_page(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    hector, ben = signed_in("hector"), signed_in("ben")
    page = hector.page
    page.goto(live_hub.url + "people/")
    page.get_by_label("Name", exact=False).first.fill("being typed")
    ask(ben, live_hub.url, "QRS 774", reason="Violent crime", emergency=True)
    ben.step("an emergency is sent in")
    banner = page.get_by_role("region", name="Emergencies")
    expect(banner).to_contain_text("QRS 774")  # by itself, on an open page
    hector.step("an emergency stands on every page of a supervisor")
    page.get_by_text("Narrative, priority and last day").first.click()
    expect(banner).to_contain_text(WHY)
    hector.step("with all that is needed to decide it")
    banner.get_by_role("button", name="Approve now").click()
    expect(banner).to_contain_text("is approved, as an emergency")
    expect(page.get_by_label("Name", exact=False).first).to_have_value("being typed")
    hector.step("one press approves it, and the page around it loses nothing")
    carla = signed_in("carla")
    carla.page.goto(live_hub.url + "access/notices/")
    expect(
        carla.page.get_by_text(re.compile("Hector Herrera approved request .* in your place")).first
    ).to_be_visible()


@pytest.mark.clause("6.f.i.1/review")
def test_while_a_supervisor_is_absent_their_own_reviews(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    carla, ben, hector = signed_in("carla"), signed_in("ben"), signed_in("hector")
    page = carla.page
    page.goto(live_hub.url + "absences/")
    page.get_by_label("Last day").fill(page.get_by_label("First day").input_value())
    page.get_by_role("button", name="Declare it").click()
    expect(page.get_by_role("status")).to_contain_text("Declared.")
    carla.step("an absence is declared")
    number = ask(ben, live_hub.url, "LMN 208")
    expect(
        ben.page.get_by_text("It is with Hector Herrera, since Carla Chavez is absent").first
    ).to_be_visible()
    ben.step("a request says to whom it went, and why")
    page = hector.page
    page.goto(live_hub.url + f"hotlists/requests/review/{number}/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("approved")
    page = carla.page
    page.goto(live_hub.url + "absences/")
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_role("status")).to_contain_text("come to you again")
    carla.step("an absence is over")


@pytest.mark.clause("6.f.i.1/after")
def test_the_chief_enables_review_after_entry_and_it_shows_as_a_deviation(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    hector, ben, carla = signed_in("hector"), signed_in("ben"), signed_in("carla")
    page = hector.page
    page.goto(live_hub.url + "hotlists/requests/later/")
    page.get_by_label("Reason").fill("No supervisor on the night shift this week.")
    page.get_by_role("button", name="Enable").click()
    expect(page.get_by_role("heading", name="Enabled", exact=True)).to_be_visible()
    page = ben.page
    page.goto(live_hub.url + "hotlists/requests/ask")
    expect(page.get_by_text("Put it in force now")).to_be_visible()
    page.get_by_label("List", exact=True).select_option(label=LIST)
    page.get_by_label("Plate", exact=True).fill("HJK 316")
    page.get_by_label("Reason").select_option(label="Stolen vehicle")
    page.get_by_label("Narrative").fill(WHY)
    page.get_by_label("CAD or case number").fill("26CR-1187")
    page.get_by_text("Put it in force now").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("It is in force now, for at most two hours.")
    carla.page.goto(live_hub.url + "hotlists/requests/review/")
    expect(carla.page.get_by_text("Deviation from the policy")).to_be_visible()
    carla.step("a deviation stands where it is reviewed")
    page = hector.page
    page.goto(live_hub.url + "hotlists/requests/later/")
    hector.step("deviations stand on the Chief's page")
    page.get_by_label("Reason").fill("The shift is filled again.")
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("status")).to_contain_text("Entries ended: 1.")
    assert "in force before their review" in live_hub.command("policy", "report", "--json")
