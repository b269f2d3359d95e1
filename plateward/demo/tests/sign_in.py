"""The steps of a sign-in in a browser."""

from playwright.sync_api import Page, expect


def acknowledge(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="I understand and agree").click()


def give_password(page: Page, username: str, password: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def choose_password(page: Page, first: str) -> None:
    expect(page.get_by_role("heading", name="Change your password")).to_be_visible()
    page.get_by_label("Current Password").fill(first)
    page.get_by_label("New password", exact=True).fill(OWN)
    page.get_by_label("New password (again)").fill(OWN)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Set up a second factor first")).to_be_visible()


OWN = "mesa verde 606"
