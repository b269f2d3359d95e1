"""The site's own map comes in pieces, to people who are logged in."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from plateward.people.testing import person, signed_in
from plateward.web import map_tiles

pytestmark = pytest.mark.django_db
TILES = bytes(range(200))


@pytest.fixture
def ada(settings: Settings, tmp_path: Path) -> Client:
    settings.MAP_TILES = tmp_path / "site.pmtiles"
    settings.MAP_TILES.write_bytes(TILES)
    return signed_in(person("ada"))


def piece(client: Client, asked: str) -> tuple[int, bytes, str]:
    answer = client.get("/map/tiles", headers={"range": asked} if asked else {})
    return answer.status_code, answer.content, answer.headers.get("Content-Range", "")


def test_a_piece_is_what_was_asked_for(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert piece(ada, "bytes=10-19") == (206, TILES[10:20], "bytes 10-19/200")
    assert piece(ada, "bytes=190-16383") == (206, TILES[190:], "bytes 190-199/200")
    monkeypatch.setattr(map_tiles, "MOST_BYTES", 50)
    assert piece(ada, "bytes=0-199") == (206, TILES[:50], "bytes 0-49/200")


@pytest.mark.parametrize(
    "asked", ["", "bytes=200-210", "bytes=20-10", "bytes=-5", "bytes=5-", "lines=1-2", "bytes=0-1,5-6"]
)
def test_what_is_no_piece_is_refused(ada: Client, asked: str) -> None:
    assert piece(ada, asked)[0] == 416


@pytest.mark.clause("6.b.i.8/matrix")
def test_nobody_else_gets_it_and_without_a_file_there_is_none(ada: Client, settings: Settings) -> None:
    assert Client().get("/map/tiles", headers={"range": "bytes=0-9"}).status_code == 302
    assert b'data-tiles="/map/tiles"' in ada.get("/searches/").content
    settings.MAP_TILES = None
    assert piece(ada, "bytes=0-9")[0] == 404
    assert b"data-tiles" not in ada.get("/searches/").content
