"""An alert of a new list, opened in the queue."""

from pathlib import Path

from playwright.sync_api import Page, expect

from plateward.demo.tests.live import LiveHub


def import_list(live_hub: LiveHub, folder: Path, name: str, *plates: str) -> None:
    file = folder / "list.csv"
    lines = [f"{plate},NM,stolen_vehicle,high,\n" for plate in plates]
    file.write_text("".join(["plate,state,reason,priority,expires\n", *lines]))
    live_hub.command("hotlist", "import", str(file), "--list", name, "--source", name)


def open_alert(page: Page, source: str) -> None:
    page.locator("tbody a", has_text=f"({source})").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("possible hit: stolen vehicle")
