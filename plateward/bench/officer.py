"""An officer's job in Chromium: how many presses it takes, whether the next button is in reach, and how long it takes.

A demo of its own rings with the vehicles of its footage. At a desk with a mouse and at a phone by touch an officer
stops one of them and closes its alert with enforcement, and dismisses another. A press is a click, a tap, or a key that
types no words; each is real, and begins where the step before left the page. What must be scrolled to is counted, too.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from plateward.demo.agency import Member

MOST_PRESSES, MOST_TO_DISMISS = 30, 4
WITHIN = 120_000  # ms: a full pass of the footage on a slow machine
STORY = "Stopped it at mile 12; the agency that entered it confirmed its record. The driver was arrested."
IN_SIGHT = """(at) => {
  const {top, bottom} = at.getBoundingClientRect(), bar = document.getElementById('bar');
  const foot = bar && !bar.contains(at) ? bar.getBoundingClientRect().top : innerHeight;
  return top >= 0 && bottom <= foot + 1;
}"""


@dataclass(frozen=True)
class Screen:
    """A screen, and the vehicles that its officer handles on it: by plate, state, reason, class and color."""

    width: int
    height: int
    touch: bool
    officer: str
    stopped: tuple[str, str, str, str, str]
    dismissed: tuple[str, str, str]

    def __str__(self) -> str:
        return f"{self.width} x {self.height}"


DESK = Screen(
    1280,
    900,
    False,
    "ada",
    ("MRD583", "NM", "Stolen vehicle (NCIC)", "Pickup", "Red, maroon"),
    ("KTH347", "CO", "Wanted person (NCIC)"),
)
PHONE = Screen(
    390,
    844,
    True,
    "ben",
    DESK.stopped,  # it passes again
    ("GHY851", "NM", "Missing person (NCIC)"),
)


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Start a demo, and do both jobs on both screens."""
    from plateward.demo.run import PORTS, agency

    os.environ |= {name: os.environ.get(name, "0") for name in PORTS}
    with redirect_stdout(sys.stderr), agency(None, visible=False) as up:  # the demo says what it does
        from plateward.demo.agency import MEMBERS
        from plateward.demo.browser import chromium

        figures: list[Figure] = []
        with chromium() as browser:
            for screen in (DESK, PHONE):
                progress(f"{screen}, by {'touch' if screen.touch else 'mouse'}")
                member = next(member for member in MEMBERS if member.username == screen.officer)
                figures += _figures(browser, up.url, screen, member)
    return figures


def _figures(browser: "Browser", url: str, screen: Screen, member: "Member") -> list[Figure]:
    from playwright.sync_api import expect

    from plateward.demo.smoke import Walkthrough

    expect.set_options(timeout=WITHIN)
    walk = Walkthrough(browser, url, lambda *_: None, touch=screen.touch)
    walk.page.set_default_timeout(WITHIN)
    walk.log_in(member)
    walk.page.set_viewport_size({"width": screen.width, "height": screen.height})
    hand = Hand(walk.page, touch=screen.touch)
    _stop(hand, url, *screen.stopped)
    stopped, hand = hand, Hand(walk.page, touch=screen.touch)
    _dismiss(hand, url, *screen.dismissed)
    walk.page.context.close()
    return [
        _at_most(f"{screen}: presses from ring to closed with enforcement", stopped.presses, MOST_PRESSES),
        _at_most(f"{screen}: presses to dismiss", hand.presses, MOST_TO_DISMISS),
        Figure(f"{screen}: steps", len(stopped.tops), ""),
        _at_most(f"{screen}: steps whose next button is not in reach", stopped.out_of_reach, 0),
        Figure(f"{screen}: top of the next button, lowest", max(stopped.tops), "px"),
        Figure(f"{screen}: height of the page, most", stopped.tallest, "px"),
        Figure(
            f"{screen}: presses that needed scrolling",
            stopped.scrolled,
            "",
            None if screen.touch else 0,
            None if screen.touch else stopped.scrolled == 0,
        ),
        Figure(f"{screen}: from press to next step, in all", stopped.seconds, "s"),
    ]


def _at_most(name: str, value: int, most: int) -> Figure:
    return Figure(name, value, "", most, value <= most)


@dataclass
class Hand:
    """What a person does to a page, counted."""

    page: "Page"
    touch: bool
    presses: int = 0
    scrolled: int = 0
    out_of_reach: int = 0
    tallest: int = 0
    seconds: float = 0.0
    tops: list[float] = field(default_factory=list)

    def press(self, at: "Locator") -> None:
        """Click or tap, after scrolling where it is out of sight."""
        self.presses += 1
        self.scrolled += not at.evaluate(IN_SIGHT)
        (at.tap if self.touch else at.click)()

    def type(self, at: "Locator", words: str) -> None:
        """Type words; going to the field is a press, unless the page did."""
        if not at.evaluate("at => at === document.activeElement"):
            self.press(at)
        at.press_sequentially(words)

    def next(self, name: str, seen: "Locator") -> None:
        """Press the bar's button; then the page shows this."""
        from playwright.sync_api import expect

        button = self.page.locator("#bar").get_by_role("button", name=name)
        self.out_of_reach += not button.evaluate(IN_SIGHT)
        self.tops.append((button.bounding_box() or {"y": 0})["y"])
        self.tallest = max(self.tallest, self.page.evaluate("document.documentElement.scrollHeight"))
        began = time.monotonic()
        self.press(button)
        expect(seen).to_be_visible()
        self.seconds += time.monotonic() - began


def _open(hand: Hand, url: str, plate: str, state: str, reason: str) -> None:
    """From the queue to a plate that is read."""
    page = hand.page
    page.goto(f"{url}alerts/")
    row = page.locator("tbody tr", has_text=reason).filter(has_not_text="Closed")
    alert = row.get_by_role("link").first
    alert.wait_for(timeout=WITHIN)
    hand.press(alert)
    hand.press(page.get_by_role("button", name=state, exact=True))
    hand.type(page.get_by_label("Plate as you read it"), plate)
    hand.next("Confirm plate", page.locator("summary:has(#step-read)"))


def _stop(hand: Hand, url: str, plate: str, state: str, reason: str, kind: str, color: str) -> None:
    _open(hand, url, plate, state, reason)
    page = hand.page
    observe = page.locator("section:has(#step-observe)")
    hand.press(observe.get_by_text(kind, exact=True))
    hand.press(observe.get_by_text(color, exact=True))
    hand.next("I see this plate on this vehicle", page.get_by_text("Plate seen on the vehicle"))
    hand.next("Query NCIC", page.get_by_text("Hit, not confirmed yet", exact=True))
    hand.press(page.get_by_role("button", name="Send the request"))
    page.get_by_text("Hit confirmed", exact=True).wait_for()
    hand.press(page.get_by_role("button", name="Send to dispatch"))
    page.get_by_text("Dispatch: call").wait_for()
    hand.press(page.get_by_text("Enforcement action", exact=True))
    hand.next("Record action", page.get_by_label("Narrative"))
    for label, number in (("Persons stopped", "2"), ("Arrests", "1"), ("Vehicles towed", "1")):
        hand.type(page.get_by_label(label), number)
        hand.presses += 1  # a digit is no word
    hand.press(page.get_by_role("group", name="Was force used?").get_by_text("No", exact=True))
    hand.press(page.get_by_role("group", name="Was property recovered?").get_by_text("Yes", exact=True))
    hand.type(page.get_by_label("What was recovered, and where it is now"), "In the yard.")
    hand.type(page.get_by_label("Narrative"), STORY)
    hand.next("Close the alert", page.get_by_role("link", name="Go to the export"))


def _dismiss(hand: Hand, url: str, plate: str, state: str, reason: str) -> None:
    from playwright.sync_api import expect

    _open(hand, url, plate, state, reason)
    page = hand.page
    wrong = page.get_by_role("button", name="Wrong state")
    if wrong.count():
        hand.press(wrong)
    else:
        hand.press(page.get_by_role("button", name="Query NCIC"))
    expect(page.locator("#stage")).to_have_text("Closed", timeout=WITHIN)
