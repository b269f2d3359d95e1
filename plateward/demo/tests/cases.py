"""The case of a search, filled in as an officer does who begins it."""

from playwright.sync_api import Page, expect


def fill_case(page: Page, reason: str) -> None:
    """A theft, tied by video, in a case that CAD knows; not in one that is remembered."""
    if (another := page.get_by_text("Another case")).is_visible():
        another.click()
    page.get_by_label("CAD or case number").fill("2026-00412")
    page.get_by_text("Video or another camera", exact=True).click()
    expect(page.get_by_text("Theft from a store", exact=True)).to_be_visible()  # as CAD has it
    expect(page.get_by_label("Offense or event")).to_have_value("theft")  # CAD presets it
    page.get_by_label("Purpose").select_option(label="Investigation of a felony")
    page.get_by_label("Reason").fill(reason)
