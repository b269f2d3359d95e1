"""A picture's review in Chromium: by keyboard alone, by mouse, and as every page must look. The pages come from a
test's own database, whose records request is invented."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, expect

from plateward import testing
from plateward.demo.browser import chromium
from plateward.demo.tests.look import look
from plateward.people.testing import person, signed_in
from plateward.recognition.covering import checking
from plateward.recognition.covering.types import Cover, CoverKind
from plateward.sharing.redaction.testing import path, photographed, wanted
from plateward.testing import REPOSITORY
from plateward.testing.waiting import WITHIN

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.clause("6.h.iii/redaction")]
SITE = "https://hub.example"
FOUND = (
    Cover((470, 390, 300, 180), CoverKind.PLATE, "covers-1", 0.93),
    Cover((60, 80, 90, 60), CoverKind.PLATE, "covers-1", 0.31),
)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The review's page as Iris has it."""
    monkeypatch.setattr(checking, "find_covers", lambda _: list(FOUND))
    monkeypatch.setattr(checking, "flaws", lambda *_: [])
    testing.chromium()
    photo = photographed()
    iris = signed_in(person("iris", role="records"))
    with wanted(photo), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.route("**/*", lambda route: answer(iris, route))
        page.goto(SITE + path(photo))
        yield page


def answer(client: Client, route: Route) -> None:
    """As the hub would."""
    request = route.request
    if (at := request.url.removeprefix(SITE)).startswith(settings.STATIC_URL):
        file = (
            REPOSITORY
            / "plateward"
            / "web"
            / "static"
            / at.removeprefix(settings.STATIC_URL).partition("?")[0]
        )
        return route.fulfill(path=file) if file.exists() else route.abort()
    if not at.startswith("/redaction/"):  # what all pages ask for
        return route.abort()
    sent: dict[str, Any] = {"headers": {"Accept": request.headers.get("accept", "")}}
    if request.method == "POST":
        sent |= {"data": request.post_data or "", "content_type": request.headers["content-type"]}
    loop = asyncio.events._get_running_loop()
    asyncio.events._set_running_loop(None)  # Playwright's: with one, Django would take another connection
    try:
        got = getattr(client, request.method.lower())(at, **sent)
    finally:
        asyncio.events._set_running_loop(loop)
    headers = {name: value for name, value in got.headers.items() if name != "Set-Cookie"}
    return route.fulfill(status=got.status_code, headers=headers, body=got.content)


def test_everything_is_done_by_keyboard_alone(page: Page) -> None:
    look("a picture is reviewed", page)
    expect(page.get_by_role("group", name=re.compile("Box 1, found by the system"))).to_be_visible()
    sign = page.get_by_role("group", name=re.compile("Box 2, found by the system"))
    sign.get_by_label("Do not cover this").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Road sign, not a plate.")
    page.get_by_role("button", name="Add a box").focus()
    page.keyboard.press("Enter")
    added = page.get_by_role("group", name=re.compile("Box 3, found by the reviewer"))
    expect(added.get_by_label("What it covers")).to_be_focused()
    page.keyboard.type("Person")
    for number in ("700", "100", "80", "160"):
        page.keyboard.press("Tab")
        page.keyboard.type(number)
    expect(page.locator("[data-drawing] rect.selected").first).to_have_attribute("x", "700")
    look("a box is added by hand", page)
    button = page.get_by_role("button", name="Redact the picture")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Refused: You have not confirmed")).to_be_visible()
    expect(sign.get_by_label("Reason")).to_have_value("Road sign, not a plate.")
    look("a review without its statement", page)
    page.get_by_label(re.compile("Nothing else needs to be covered")).focus()
    page.keyboard.press("Space")
    button.focus()
    page.keyboard.press("Enter")
    done = page.get_by_role("heading", name=re.compile("Redacted picture"))
    expect(done).to_be_visible(timeout=WITHIN * 1000)  # the picture is covered meanwhile
    expect(page.get_by_text("Not covered: Road sign, not a plate.")).to_be_visible()
    look("a redacted picture", page)
    expect(page.get_by_text("80 × 160 pixels, 700 from the left and 100 from the top.")).to_be_visible()


def test_boxes_are_drawn_moved_and_taken_away_with_the_mouse(page: Page) -> None:
    drawing = page.locator("[data-drawing]")
    box = drawing.bounding_box()
    assert box
    scale = box["width"] / 1280

    def drag(*places: tuple[int, int]) -> None:
        for index, (x, y) in enumerate(places):
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale, steps=4)
            if not index:
                page.mouse.down()
        page.mouse.up()

    drag((900, 100), (1000, 200))
    added = page.get_by_role("group", name=re.compile("Box 3, found by the reviewer"))
    values = [int(added.get_by_label(name).input_value()) for name in ("From the left", "Width", "Height")]
    assert all(abs(value - meant) <= 4 for value, meant in zip(values, (900, 100, 100), strict=True)), values
    drag((950, 150), (850, 150))
    assert abs(int(added.get_by_label("From the left").input_value()) - 800) <= 6
    drag((900, 200), (920, 260))
    assert abs(int(added.get_by_label("Height").input_value()) - 160) <= 6
