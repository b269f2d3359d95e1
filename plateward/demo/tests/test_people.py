"""People as the administrator sees them: search, history, penalties, import; and the permissions of each role."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser


@pytest.mark.clause("6.g.i/chain", "6.g.i/recorded", "6.g.i.1/days", "6.b.i.7/lists")
def test_an_offense_is_previewed_recorded_handled_and_shown_in_the_history(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.newcomer("olga", "Olga Ortiz")
    gloria = signed_in("gloria")
    page = gloria.page
    page.goto(live_hub.url + "people/")
    page.get_by_label("Name, account or badge").fill("olga")
    page.get_by_role("button", name="Show").click()
    gloria.step("a person is found")
    page.get_by_role("link", name="Olga Ortiz").click()
    gloria.step("a person's story")
    page.get_by_role("link", name="Record an offense").click()
    page.get_by_label("What happened").fill("Searched the plate of a neighbor.")
    page.get_by_label("Clause violated").select_option("6.a.ii.3")
    page.get_by_role("button", name="Preview penalty").click()
    expect(page.get_by_text("for 15 days")).to_be_visible()
    gloria.step("which penalty follows is seen first")
    page.get_by_role("button", name="Record it and revoke access").click()
    expect(page.get_by_role("status")).to_contain_text("Olga Ortiz's access is now revoked")
    gloria.step("an offense that waits for the chain of command")
    where = page.url
    hector = signed_in("hector")
    hector.page.goto(live_hub.url + "penalties/")
    hector.step("open offenses")
    hector.page.goto(where)
    hector.page.get_by_text("Handled in the chain of command").click()
    hector.page.get_by_label("How").fill("Letter of reprimand.")
    hector.step("how an offense was handled is noted")
    hector.page.get_by_role("button", name="Record").click()
    expect(hector.page.get_by_text("Letter of reprimand.")).to_be_visible()
    page.get_by_role("link", name="Olga Ortiz").click()
    expect(page.get_by_text("Offense against 6.a.ii.3")).to_be_visible()
    gloria.step("a penalty in a person's story")


@pytest.mark.clause("6.b.i.8/matrix", "6.e.i/own")
def test_people_are_imported_placed_and_the_matrix_is_readable(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    gloria = signed_in("gloria")
    page = gloria.page
    for path in ("matrix/", "places/", "places/units/add/", "import/", "?standing=lacking&sort=-name"):
        page.goto(f"{live_hub.url}people/{path}")
        gloria.step(f"people/{path}")
    file = tmp_path / "academy.csv"
    file.write_text(
        "username,name,badge,role,unit,sworn,employed_since\n"
        "pete,Pete Padilla,2202,officer,Unit 14,yes,2020-01-06\nx,X,1,king,,,\n"
    )
    page.goto(live_hub.url + "people/import/")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("not a username")).to_be_visible()
    gloria.step("whom a file would add")
    page.get_by_role("button", name="Add 1 person").click()
    expect(page.get_by_role("status")).to_contain_text("1 account created")
    gloria.step("those who were added wait")
    page.get_by_role("link", name="Pete Padilla").click()
    page.get_by_role("link", name="Correct name, rank, badge or employment").click()
    gloria.step("an account is corrected")
    page.go_back()
    page.get_by_role("link", name="Give a first password").click()
    page.get_by_role("button", name="Create password").click()
    expect(page.get_by_text("It is shown once")).to_be_visible()
    gloria.step("a first password is shown once")
