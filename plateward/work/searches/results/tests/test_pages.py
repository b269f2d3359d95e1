"""The pages of a search's results: marked, and no more of a read than the search may show."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from plateward.core.audit.mentions import entries_about
from plateward.field.reads.pages.listed import listed_token
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.ground.wire.read import Position, ReadVehicle, VehicleFact
from plateward.people.testing import person, signed_in
from plateward.testing.pictures import colors, picture, yellow
from plateward.testing.roadside import Photo, enroll_reader
from plateward.work.searches.models import Search
from plateward.work.searches.results.layouts import Layout
from plateward.work.searches.results.patterns import PROVES
from plateward.work.searches.results.tests.listening import data_of, leaves, listen, text_of
from plateward.work.searches.testing import EMERGENCY, REASON, Searchers

pytestmark = pytest.mark.django_db
Ask = Callable[..., Search]
NUMBERS = itertools.count(500)
MARKING = b"Confidential: investigative lead only, verify before acting."


@pytest.fixture
def photos(db: None) -> list[Photo]:
    """Two vehicles that pass three cameras within seconds of each other, far from what other tests do; all on one
    day, whatever the hour."""
    number, noon = next(NUMBERS), clock.now().replace(hour=12) - timedelta(days=1)
    readers = [enroll_reader(f"gate-{n}", f"Gate {n}") for n in range(3)]
    photos = []
    for hour, reader in enumerate(readers):
        at = noon + timedelta(hours=hour)
        place = Position(lat=10 + number / 100 + hour / 1000, lon=-106.0)
        pair = [
            reader.photo(
                f"{name}{number}",
                captured_at=at + timedelta(seconds=second),
                position=place,
                image=picture(),
                vehicle=ReadVehicle(
                    color=VehicleFact("blue", "paint"), kind=VehicleFact("pickup", "detector")
                ),
            )
            for second, name in enumerate(("BKT", "XYZ"))
        ]
        reader.send(*pair)
        photos += pair
    return photos


@pytest.fixture
def ada(searchers: Searchers) -> Client:
    return signed_in(searchers.ada)


def around(photos: list[Photo]) -> str:
    place = photos[0].read.position
    assert place
    return f'{{"circle": [{place.lat}, {place.lon}, 500]}}'


def image_of(search: Search, photo: Photo, which: str = "context") -> str:
    read = photo.read
    arguments = {"pk": search.pk, "day": read.captured_at.date(), "read": read.id, "which": which}
    return reverse("results:image", kwargs=arguments)


def page_of(search: Search, photo: Photo, name: str = "read") -> str:
    arguments = {"pk": search.pk, "day": photo.read.captured_at.date(), "read": photo.read.id}
    return reverse(f"results:{name}", kwargs=arguments)


@pytest.mark.clause("6.e.iii/marked", "6.b.i.9/entries")
def test_every_page_is_marked_and_on_the_log(photos: list[Photo], plate_search: Ask, ada: Client) -> None:
    search = plate_search(plates=(photos[0].read.plate,))
    root = f"/searches/{search.pk}/results/"
    assert ada.get(root, follow=True).redirect_chain == [(f"{root}strip/", 302)]
    paths = [*(f"{root}{layout}/" for layout in Layout), f"{root}last-seen/", f"{root}common-stops/"]
    for path in [*paths, page_of(search, photos[0])]:
        before = len(leaves("search.run"))
        page = ada.get(path)
        assert page.status_code == 200, path
        assert MARKING in page.content
        assert b"does not show who owns" in page.content
        assert len(leaves("search.run")) == before + 1
    for path in ("traveled-with/", "both-scenes/", "nothing/"):
        assert ada.get(root + path).status_code == 404


@pytest.mark.clause("6.h.iv/custody", "6.b.i.9/entries")
def test_each_image_that_is_opened_is_on_the_log_and_those_of_a_page_are_in_one_entry(
    photos: list[Photo], plate_search: Ask, ada: Client
) -> None:
    search = plate_search(plates=(photos[0].read.plate,))
    heard = listen(ada, f"/searches/{search.pk}/results/strip/stream")
    (entry,) = leaves("image.view")
    assert entry.object == f"search:{search.pk}"
    assert entry.details["reads"] == [str(photo.read.id) for photo in (photos[4], photos[2], photos[0])]
    found = entries_about([f"read:{photos[2].read.id}"])
    assert [row.object for row in found if row.event == "image.view"] == [f"search:{search.pk}"]
    rows = data_of(heard, "rows")["html"]
    listed = rows.split('src="', 1)[1].split('"', 1)[0]
    assert ada.get(listed).status_code == 200
    assert len(leaves("image.view")) == 1
    opened = ada.get(image_of(search, photos[0], "plate"))
    assert opened.content == photos[0].plate
    leaf = leaves("image.view")[-1]
    assert (leaf.object, leaf.details["image"]) == (f"read:{photos[0].read.id}", "plate")
    forged = image_of(search, photos[0]) + "?" + listed.split("?")[1]  # of another read
    assert ada.get(forged).status_code == 200
    assert len(leaves("image.view")) == 3


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/cases")
def test_only_reads_of_the_search_open_and_only_to_the_searcher(
    photos: list[Photo], plate_search: Ask, ada: Client
) -> None:
    search = plate_search(plates=(photos[0].read.plate,))
    other = replace(photos[0], read=photos[1].read)
    nowhere = page_of(search, photos[0]).replace(str(photos[0].read.id), str(uuid4()))
    for path in (image_of(search, other), page_of(search, other), page_of(search, other, "unmask"), nowhere):
        assert ada.get(path).status_code == 404
    assert ada.get(image_of(search, photos[0], "signature")).status_code == 404
    for path in (image_of(search, photos[0]), page_of(search, photos[0])):
        assert signed_in(person("ben")).get(path).status_code == 404


@pytest.mark.clause("6.b.i.9/denied", "6.b.i.8/scope")
def test_a_picture_that_a_page_listed_is_refused_on_the_log(
    photos: list[Photo], plate_search: Ask, ada: Client, searchers: Searchers
) -> None:
    search = plate_search(plates=(photos[0].read.plate,))
    token = listed_token(f"search:{search.pk}", str(photos[0].read.id))
    address = f"{image_of(search, photos[0])}?listed={token}"
    assert ada.get(address).status_code == 200
    assert leaves("search.run") == []
    assert signed_in(searchers.ben).get(address).status_code == 404
    (leaf,) = leaves("search.run")
    assert (leaf.actor_id, leaf.object, leaf.outcome) == ("ben", f"search:{search.pk}", "refused")


@pytest.mark.clause("6.a.ii.2/place")
def test_a_search_from_a_place_shows_no_plate_and_only_covered_pictures_before_it_is_unmasked(
    photos: list[Photo], place_search: Ask, ada: Client
) -> None:
    search = place_search(area=around(photos))
    root = f"/searches/{search.pk}/results/"
    assert ada.get(root, follow=True).redirect_chain == [(f"{root}strip/", 302)]
    for layout in Layout:
        page = ada.get(f"{root}{layout}/")
        assert b"not probable cause" in page.content
        heard = text_of(listen(ada, f"{root}{layout}/stream?order=plate"))
        assert "rows" in heard
        assert not any(photo.read.plate in heard for photo in photos)
        assert "context.jpg" not in heard
        assert "plate.jpg" not in heard
    for which in ("context", "plate"):
        assert ada.get(image_of(search, photos[0], which)).status_code == 404
    assert b"covered until you unmask" in ada.get(page_of(search, photos[0])).content

    refused = ada.post(page_of(search, photos[0], "unmask"), {"reason": "investigation"})
    assert refused.status_code == 409
    assert photos[0].read.plate.encode() not in refused.content
    done = ada.post(page_of(search, photos[0], "unmask"), {"reason": EMERGENCY}, follow=True)
    assert photos[0].read.plate.encode() in done.content
    assert photos[0].read.plate not in str(leaves("search.unmask")[-1])
    assert ada.get(image_of(search, photos[0])).content == photos[0].context
    heard = text_of(listen(ada, f"{root}table/stream"))
    assert photos[0].read.plate in heard
    assert photos[1].read.plate not in heard
    assert ada.get(image_of(search, photos[1])).status_code == 404


@pytest.mark.clause("6.a.ii.2/place")
def test_a_covered_picture_shows_the_vehicle_without_its_plate_and_opens_no_other_picture(
    photos: list[Photo], place_search: Ask, ada: Client
) -> None:
    search = place_search(area=around(photos))
    rows = data_of(listen(ada, f"/searches/{search.pk}/results/strip/stream"), "rows")["html"]
    assert rows.count("Blue pickup") == len(photos)
    (entry,) = leaves("image.view")
    assert entry.details["image"] == "covered"
    assert entry.details["reads"] == [str(photo.read.id) for photo in reversed(photos)]
    listed = rows.split('src="', 1)[1].split('"', 1)[0]
    assert yellow(picture()) > 0
    answer = ada.get(listed)
    assert (answer["Cache-Control"], yellow(answer.content)) == ("no-store", 0)
    assert len(colors(answer.content)) > 1
    assert len(leaves("image.view")) == 1
    last_seen = ada.get(f"/searches/{search.pk}/results/last-seen/").content.decode()
    assert last_seen.count("covered.jpg") == 2, "each vehicle once"
    assert len(leaves("image.view")) == 2
    newest = photos[-1]
    ada.post(page_of(search, newest, "unmask"), {"reason": EMERGENCY})
    assert ada.get(listed.replace("covered.jpg", "context.jpg")).status_code == 200
    assert len(leaves("image.view")) == 3, "who saw it covered has not seen it"
    assert leaves("image.view")[-1].details["image"] == "context"


@pytest.mark.clause("6.e.iii/marked", "6.a.ii.2/place")
def test_every_pattern_says_what_it_does_not_prove_and_masks_whom_it_finds(
    photos: list[Photo], place_search: Ask, plate_search: Ask, ada: Client
) -> None:
    first, second = (
        place_search(area=around(photos)),
        place_search(area=around(photos[2:]), reason=REASON + " Again."),
    )
    plate = plate_search(plates=(photos[0].read.plate,))
    root = f"/searches/{first.pk}/results/"
    answers = {
        "traveled_with": ada.get(f"{root}traveled-with/?plate={plate.pk}-0"),
        "both_scenes": ada.get(f"{root}both-scenes/?scene={second.pk}"),
        "last_seen": ada.get(f"{root}last-seen/"),
    }
    for name, answer in answers.items():
        text = answer.content.decode()
        assert PROVES[name].split(".")[0] in text
        assert "not probable cause" in text
        assert "Vehicle " in text
        assert "/unmask" in text
        assert photos[1].read.plate not in text
    assert photos[0].read.plate not in answers["both_scenes"].content.decode()
    assert f"search:{second.pk}" in [leaf.object for leaf in leaves("search.run")[-3:]]
    stops = ada.get(f"/searches/{plate.pk}/results/common-stops/").content.decode()
    assert PROVES["common_stops"].split(".")[0] in stops


@pytest.mark.clause("6.b.i.8/scope")
def test_only_own_running_searches_are_combined(
    photos: list[Photo], place_search: Ask, searchers: Searchers, ada: Client
) -> None:
    own = place_search(area=around(photos))
    others = searchers.asks(searchers.ben, plates=(photos[0].read.plate,), reason=REASON + " Ben was told.")
    page = ada.get(f"/searches/{own.pk}/results/traveled-with/?plate={others.pk}-0")
    assert page.context["offered"] == []
    assert "rows" not in page.context


def test_a_query_that_would_read_everything_is_refused_with_advice(place_search: Ask) -> None:
    with pytest.raises(Refused, match="Draw a smaller one"):
        place_search(area='{"box": [10, -150, 60, -60]}')


@pytest.mark.clause("6.b.i.8/scope")
def test_a_search_for_hits_opens_no_other_read(photos: list[Photo], plate_search: Ask, ada: Client) -> None:
    search = plate_search(plates=(photos[0].read.plate,), hits_only=True)
    assert ada.get(page_of(search, photos[0])).status_code == 404
    assert ada.get(image_of(search, photos[0])).status_code == 404


def test_a_pattern_says_that_a_part_of_the_store_is_away_and_not_what_it_said(
    photos: list[Photo], place_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = place_search(area=around(photos))
    for error in (DatabaseError("XYZ987"), OSError("XYZ987")):
        monkeypatch.setattr("plateward.work.searches.results.gathering.last_seen", Mock(side_effect=error))
        page = ada.get(f"/searches/{search.pk}/results/last-seen/")
        assert page.status_code == 200
        assert b"a part of the read store does not respond" in page.content
        assert b"XYZ987" not in page.content


@pytest.mark.clause("6.b.i.9/entries")
def test_a_read_or_picture_that_is_lost_is_said_after_the_attempt_is_on_the_log(
    photos: list[Photo], plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = plate_search(plates=(photos[0].read.plate,))
    ada.raise_request_exception = False
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=OSError("XYZ987")))
    for path in (page_of(search, photos[0]), image_of(search, photos[0])):
        before = len(leaves("search.run"))
        page = ada.get(path)
        assert page.status_code == 503
        assert b"a part of the read store does not respond" in page.content
        assert b"XYZ987" not in page.content
        assert len(leaves("search.run")) == before + 1


def test_a_search_for_hits_only_has_no_patterns(
    photos: list[Photo], place_search: Ask, plate_search: Ask, ada: Client
) -> None:
    search = plate_search(plates=(photos[0].read.plate,), hits_only=True)
    page = ada.get(f"/searches/{search.pk}/results/last-seen/")
    assert b"is for hits only" in page.content
    assert "rows" not in page.context
    scene, hits = (
        place_search(area=around(photos)),
        place_search(area=around(photos), hits_only=True, reason=REASON + " Hits."),
    )
    offered = ada.get(f"/searches/{scene.pk}/results/both-scenes/?scene={hits.pk}").context
    assert offered["offered"] == []
    assert "rows" not in offered


@pytest.mark.clause("6.a.ii.2/place")
def test_a_vehicle_of_a_pattern_is_unmasked_by_its_read_in_this_search(
    photos: list[Photo], place_search: Ask, plate_search: Ask, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_sought_again = Mock(side_effect=AssertionError)
    monkeypatch.setattr("plateward.field.reads.store.base.ReadStore.last_seen", not_sought_again)
    search, plate = place_search(area=around(photos)), plate_search(plates=(photos[0].read.plate,))
    page = ada.get(f"/searches/{search.pk}/results/traveled-with/?plate={plate.pk}-0")
    assert page_of(search, photos[-1], "unmask") in page.content.decode()
    assert (
        photos[-1].read.plate.encode()
        in ada.post(page_of(search, photos[-1], "unmask"), {"reason": EMERGENCY}, follow=True).content
    )
