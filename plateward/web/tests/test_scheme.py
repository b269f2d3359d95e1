"""Pages by day and at night: what a browser chose, and contrast (WCAG 2.1 AA) of each pair of colors."""

import re
from itertools import product

import pytest
from django.test import Client

from plateward.people.testing import person, signed_in
from plateward.testing import REPOSITORY
from plateward.web.context import SCHEME_COOKIE, SOUND_COOKIE

COLOR = re.compile(r"--([a-z-]+(?:\d)?): light-dark\((#\w{6}), (#\w{6})\)")
GROUNDS = ("paper", "surface", "raised", "field", "info-soft", "good-soft", "warn-soft", "bad-soft")
WORDS = ("ink", "quiet", "deep", "blue", "blue-hover", "visited", "red", "amber")
ON_FILLS = {
    "on-fill": (
        *("blue-fill", "blue-fill-hover", "blue-fill-active", "deep-fill", "green-fill", "heat-3"),
        *("red-fill", "red-button", "red-fill-hover", "red-fill-active"),
    ),
    "on-gold": ("gold",),
    "on-bar": ("bar", "bar-hover"),
    "on-bar-quiet": ("bar",),
    "on-disabled": ("disabled",),
    "on-heat-4": ("heat-4",),
    "ink": ("mark", "heat-0", "heat-1", "heat-2"),
}
EDGES = ("edge", "edge-strong", "red-line", "amber-line", "blue", "green")  # an alarm's, and a field's
MAP = ("map-ink", "map-mark", "map-state", "map-many")


def contrast(one: str, other: str) -> float:
    """From 1 to 21, as WCAG defines it."""

    def luminance(color: str) -> float:
        parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_color_is_legible_by_day_and_at_night() -> None:
    colors = COLOR.findall((REPOSITORY / "frontend" / "src" / "scheme.css").read_text())
    pairs = [
        *((name, ground, 4.5) for name, ground in product(WORDS, GROUNDS)),
        *((name, fill, 4.5) for name, fills in ON_FILLS.items() for fill in fills),
        *((edge, ground, 3.0) for edge, ground in product(EDGES, ("paper", "surface", "field"))),
        *((name, "map-land", 3.0) for name in MAP),
    ]
    for at, scheme in ((1, "day"), (2, "night")):
        named = {row[0]: row[at] for row in colors}
        faint = {
            (one, other): round(contrast(named[one], named[other]), 2)
            for one, other, least in pairs
            if contrast(named[one], named[other]) < least
        }
        assert not faint, scheme


@pytest.mark.django_db
@pytest.mark.parametrize(("kept", "said"), [("dark", "dark"), ("light", "light"), ('"><b>', ""), (None, "")])
def test_a_page_comes_in_the_colors_that_its_browser_chose(kept: str | None, said: str) -> None:
    for client, path in ((Client(), "/banner/"), (signed_in(person("ada")), "/alerts/")):
        if kept:
            client.cookies[SCHEME_COOKIE] = kept
        page = client.get(path).content.decode()
        assert re.findall(r'<html [^>]*?data-scheme="([^"]*)"', page) == ([said] if said else [])
        assert f'<meta name="color-scheme" content="{said or "light dark"}">' in page


@pytest.mark.django_db
def test_the_queue_comes_with_what_this_browser_last_said_of_its_sound() -> None:
    client = signed_in(person("ada"))
    off, on = 'data-sound-off aria-labelledby="sound-off"{}>', "<span data-sound-on{}>"
    page = client.get("/alerts/").content.decode()
    assert off.format("") in page
    assert on.format(" hidden") in page
    client.cookies[SOUND_COOKIE] = "on"
    page = client.get("/alerts/").content.decode()
    assert off.format(" hidden") in page
    assert on.format(" hidden") in page  # only its script knows that it sounds
