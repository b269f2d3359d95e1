"""The whole main job in a real browser, without a person: a line per step, and on request a screenshot."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as BrowserError

from plateward.demo.agency import MEMBERS, PASSWORD, Member
from plateward.demo.browser import chromium
from plateward.demo.processes import DemoError
from plateward.people.testing import totp_code

WIDTH, HEIGHT = 1280, 900
ALERT_WITHIN = 90_000  # ms: a full pass of the footage on a slow machine
EXPORT_WITHIN = 60_000  # ms: the package is made, sent and acknowledged
SOUND_WITHIN = 5_000  # ms, before it is pressed again
STORY = "Stopped the red pickup at mile 12; its plate was verified. The driver was arrested, the vehicle recovered."
ADA = next(member for member in MEMBERS if member.username == "ada")


class Walkthrough:
    """A person at a browser window, and the steps they do there."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        on_step: Callable[[str, Page], None],
        *,
        touch: bool = False,
    ) -> None:
        # No browser trusts the demo's authority; another test checks that it is the hub's own.
        context = browser.new_context(
            ignore_https_errors=True,
            viewport={"width": WIDTH, "height": HEIGHT},
            has_touch=touch,
            timezone_id=settings.TIME_ZONE,  # wherever the machine stands, the person is at the agency
        )
        self.page = context.new_page()
        self.url = url
        self._seen = on_step

    def step(self, text: str) -> None:
        """Report a completed step, and show it."""
        self._seen(text, self.page)

    def log_in(self, member: Member) -> None:
        """Banner, password, second factor."""
        page = self.page
        page.goto(self.url)
        expect(page.get_by_role("heading", level=1)).to_contain_text("restricted system")
        self.step("the banner comes before log-in")
        page.get_by_role("button", name="I understand and agree").click()
        page.get_by_label("Username").fill(member.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        code = page.get_by_label("The code that your app shows now")
        expect(code).to_be_focused()
        self.step("the second factor is requested")
        code.fill(totp_code(member.secret))  # which sends it
        expect(
            page.get_by_role("link", name="Log out").or_(page.get_by_role("button", name="Log out"))
        ).to_be_visible()
        self.step(f"{member.full_name} is logged in")
        self.state_purpose()

    def state_purpose(self) -> None:
        """The first of the person's duty, for all that they open until they log out."""
        page = self.page
        page.goto(f"{self.url.rstrip('/')}/purpose/")
        purposes = page.get_by_role("group", name="Purpose").locator("label")
        if purposes.count():
            purposes.first.click()
            page.get_by_role("button", name="Continue").click()
            expect(page.get_by_text("Your purpose is recorded.")).to_be_visible()
            self.step("the purpose is stated")
        else:
            page.goto(self.url)

    def sound_on(self) -> None:
        """Make the queue live, and allow it to ring."""
        is_on = self.page.locator("[data-sound-on]")
        for _ in range(
            3
        ):  # a busy machine's sound may need a second press; where it comes late, the button is gone
            with suppress(BrowserError):
                self.page.get_by_role("button", name="Turn sound on").click(timeout=SOUND_WITHIN)
            with suppress(AssertionError):
                expect(is_on).to_be_visible(timeout=SOUND_WITHIN)
                break
        expect(is_on).to_be_visible()
        expect(self.page.locator("html")).to_have_attribute("data-stream", "open")

    def await_alert(self, says: str) -> None:
        """Wait until an alert rings and appears by itself."""
        page = self.page
        expect(page.locator("html")).not_to_have_attribute("data-alarms-rung", "0", timeout=ALERT_WITHIN)
        expect(page.locator("tbody a", has_text=says).first).to_be_visible(timeout=ALERT_WITHIN)
        self.step("an alert rings and shows")

    def open_alert(self, says: str) -> None:
        """Open it: images and place are there, the plate stays hidden."""
        page = self.page
        page.locator("tbody a", has_text=says).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("possible hit:")
        for image in page.locator("main img:not([loading=lazy])").all():
            expect(image).to_have_js_property("complete", True)
            expect(image).not_to_have_js_property("naturalWidth", 0)
        self.step("the alert shows vehicle and plate, and asks to be read")

    def read_plate(self, plate: str, state: str) -> None:
        """Type the plate in the image; then the entry appears."""
        page = self.page
        expect(page.locator("main")).not_to_contain_text(plate)
        page.get_by_label("Plate as you read it").fill(plate)
        page.get_by_label("State", exact=True).select_option(state)
        page.get_by_role("button", name="Confirm plate").click()
        expect(page.locator("summary:has(#step-read)")).to_contain_text(plate.replace(" ", ""))
        self.step("the plate is read from the image, and the list entry shown beside it")

    def observe(self, kind: str = "Pickup", color: str = "Red, maroon") -> None:
        """Record the plate on the vehicle itself, and the vehicle, before its description shows."""
        step = self.page.locator("section:has(#step-observe)")
        step.get_by_text(kind, exact=True).click()
        step.get_by_text(color, exact=True).click()
        self.step("the observer says what vehicle it is before the description shows")
        self.page.get_by_role("button", name="I see this plate on this vehicle").click()
        expect(self.page.get_by_text("Plate seen on the vehicle")).to_be_visible()
        self.step("the plate on the vehicle itself is recorded, and the vehicle compared")

    def verify(self) -> None:
        """Query NCIC."""
        self.page.get_by_role("button", name="Query NCIC").click()
        expect(self.page.locator("[data-answer=hit]")).to_be_visible()
        self.step("NCIC has a hit")

    def tell_dispatch(self) -> None:
        """Send the officer's own alert to dispatch."""
        page = self.page
        page.get_by_role("button", name="Send to dispatch").click()
        expect(page.get_by_role("status").filter(has_text="Dispatch notified")).to_be_visible()
        self.step("dispatch is notified in one step")

    def act_and_close(self) -> None:
        """Take enforcement action, then enter a complete disposition."""
        page = self.page
        page.get_by_text("Enforcement action", exact=True).click()
        page.get_by_role("button", name="Record action").click()
        expect(page.locator("#stage")).to_have_text("Action taken")
        self.step("enforcement is recorded")
        page.get_by_label("Arrests").fill("1")
        page.get_by_label("Vehicles towed").fill("1")
        page.get_by_label("Persons stopped").fill("2")
        page.get_by_role("group", name="Was force used?").get_by_text("No", exact=True).click()
        page.get_by_role("group", name="Was property recovered?").get_by_text("Yes", exact=True).click()
        page.get_by_label("What was recovered, and where it is").fill("The red pickup, in the yard.")
        page.get_by_label("Narrative").fill(STORY)
        page.get_by_role("button", name="Close the alert").click()
        expect(page.locator("#stage")).to_have_text("Closed")
        self.step("a disposition closes the alert")

    def export_to_dems(self) -> None:
        """Have the hub export it, under the number that it knows, until DEMS acknowledges it."""
        page = self.page
        page.get_by_role("link", name="Go to the export").click()
        self.step("a DEMS export is due after enforcement")
        page.get_by_role("button", name="Export to DEMS").click()
        expect(page.get_by_text("the same here and in DEMS")).to_be_visible(timeout=EXPORT_WITHIN)
        self.step("DEMS acknowledges the evidence package")


def main_job(
    url: str,
    screens: Path | None,
    say: Callable[[str], None],
    seen: Callable[[str, Page], None] = lambda *_: None,
) -> None:
    """Do it all; `seen` gets each step. Raises DemoError at the first step that fails."""
    done = 0
    if screens:
        screens.mkdir(parents=True, exist_ok=True)

    def show_step(text: str, page: Page) -> None:
        nonlocal done
        done += 1
        say(f"{done:2} ok  {text}")
        seen(text, page)
        if screens:
            name = "-".join(re.findall(r"[a-z0-9]+", text.lower())[:6])
            page.screenshot(path=screens / f"{done:02}-{name}.png", full_page=True)

    with chromium() as browser:
        job = Walkthrough(browser, url, show_step)
        try:
            job.log_in(ADA)
            job.sound_on()
            job.await_alert("Stolen vehicle")
            job.open_alert("Stolen vehicle")
            job.read_plate("MRD583", "NM")
            job.observe()
            job.verify()
            job.tell_dispatch()
            job.act_and_close()
            job.export_to_dems()
        except (BrowserError, AssertionError) as failed:
            if screens:
                with suppress(BrowserError):  # the page is gone
                    job.page.screenshot(path=screens / "failed.png", full_page=True)
            raise DemoError(f"Step {done + 1} failed: {str(failed).splitlines()[0]}") from failed
    say(f"{done} steps done.")
