"""Late reads: accepted as long as the agency keeps reads; no key or file is made for a day without any."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from runpy import run_path

import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

import plateward.settings
from plateward.core.audit.models import AuditEntry
from plateward.field.reads.images import day_keys
from plateward.field.reads.rules import MOST_AHEAD, RejectionReason, why_untimely
from plateward.field.reads.store import ReadKey, configured_store
from plateward.ground import clock
from plateward.ground.config.reading import WrongSetting
from plateward.people.testing import person, signed_in
from plateward.testing.destruction import destroy_day
from plateward.testing.roadside import Photo, Roadside, enroll_reader

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
KEPT = timedelta(days=30)
NUMBERS = count()
pytestmark = pytest.mark.clause("6.h.ii/reads")


def made() -> set[str]:
    """Every existing file of a day, and every partition."""
    files = {
        f"{path.parent.name}/{path.name}"
        for folder in ("days", "images", "reads")
        for path in (settings.DATA / folder).glob("????-??-??.*")
    }
    return files | {f"partition {day}" for day in configured_store().days()}


def of_days(names: set[str]) -> set[date]:
    return {date.fromisoformat(name.split("/")[-1].split(" ")[-1][:10]) for name in names}


def stored(photo: Photo) -> bool:
    return configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id)) is not None


def aged(roadside: Roadside, now: datetime, age: timedelta) -> Photo:
    return roadside.photo(captured_at=now - age)


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    "age",
    [
        timedelta(days=1800),
        KEPT + timedelta(seconds=1),
        -MOST_AHEAD - timedelta(seconds=1),
        -timedelta(days=400),
    ],
    ids=["five years ago", "just past the term", "just ahead", "next year"],
)
def test_a_read_from_beyond_retention_is_refused_for_good_and_creates_nothing(age: timedelta) -> None:
    roadside, before = enroll_reader(), made()
    photo = aged(roadside, clock.now(), age)
    receipt = roadside.send(photo)
    assert [no.id for no in receipt.rejected] == [photo.read.id]
    assert receipt.accepted == receipt.duplicates == []
    assert not stored(photo)
    assert made() == before


@pytest.mark.both_databases
@pytest.mark.django_db
def test_forty_old_days_make_no_key_and_the_good_reads_of_the_batch_are_kept() -> None:
    roadside, now, before = enroll_reader(), clock.now(), made()
    old = [aged(roadside, now, timedelta(days=40 + number)) for number in range(40)]
    good = [aged(roadside, now, timedelta(days=number)) for number in (0, 12, 29)]
    ahead = aged(roadside, now, -timedelta(days=3))
    receipt = roadside.send(*old, *good, ahead)
    assert receipt.accepted == [photo.read.id for photo in good]
    assert len(receipt.rejected) == 41
    assert all(stored(photo) for photo in good)
    assert of_days(made() - before) <= {photo.read.captured_at.date() for photo in good}


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9/denied")
def test_the_log_counts_what_was_refused_and_names_none_of_it() -> None:
    roadside, now = enroll_reader(), clock.now()
    entries = AuditEntry.objects.count()
    roadside.send(*(aged(roadside, now, timedelta(days=60)) for _ in range(20)), roadside.photo())
    leaf = AuditEntry.objects.latest("sequence").leaf
    assert leaf is not None
    assert AuditEntry.objects.count() == entries + 1
    assert (leaf.details["accepted"], leaf.details["rejected"]) == (1, 20)
    assert leaf.details["why"] == ["past its term: 20"]


@pytest.mark.django_db
def test_the_reader_is_told_that_it_is_refused_for_good_and_by_which_clause() -> None:
    roadside = enroll_reader()
    (rejected,) = roadside.send(aged(roadside, clock.now(), timedelta(days=1800))).rejected
    assert "refused permanently" in rejected.reason
    assert "6.h.ii" in rejected.reason


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_destroyed_day_accepts_nothing_and_none_of_its_files_returns() -> None:
    now, before = datetime(2019, 7, 21, 15, 0, tzinfo=UTC), made()  # not used by other tests
    day = (now - timedelta(days=20)).date()
    destroy_day(day_keys(), day)
    with clock.set_to(now):
        roadside = enroll_reader()
        receipt = roadside.send(aged(roadside, now, timedelta(days=20)))
    assert "destroyed" in receipt.rejected[0].reason
    assert made() - before == {f"days/{day}.destroyed"}


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2031-01-01", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_address_with_an_invented_day_makes_nothing(day: str) -> None:
    before = made()
    path = reverse("reads:image", args=[NOW.date(), "00000000-0000-0000-0000-000000000007", "plate"])
    answer = signed_in(person("ada")).get(path.replace("2026-11-24", day))
    assert answer.status_code == 404
    assert made() == before


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))
AGES = st.one_of(
    MOMENTS.map(lambda moment: NOW - moment),
    st.timedeltas(-2 * MOST_AHEAD, 2 * MOST_AHEAD),
    st.timedeltas(KEPT - timedelta(days=1), KEPT + timedelta(days=1)),
)


@given(AGES, st.timedeltas(timedelta(days=30), timedelta(days=3650)))
def test_whatever_is_taken_lies_on_a_day_whose_term_is_not_over(age: timedelta, retention: timedelta) -> None:
    captured_at = NOW - age
    refused = why_untimely(captured_at, NOW, lambda: retention)
    if refused is None:
        assert (NOW - retention).date() <= captured_at.date() <= (NOW + MOST_AHEAD).date()
    else:
        assert (refused[0] is RejectionReason.FUTURE) == (age < -MOST_AHEAD)
        assert (refused[0] is RejectionReason.TERM) == (age > retention)
    assert (refused is None) == (-MOST_AHEAD <= age <= retention)


@pytest.mark.both_databases
@pytest.mark.django_db
@given(st.lists(AGES, min_size=1, max_size=12))
def test_only_days_of_accepted_reads_get_a_key(ages: list[timedelta]) -> None:
    with clock.set_to(NOW):
        before, roadside = made(), enroll_reader(f"reader-{next(NUMBERS)}")
        photos = [aged(roadside, NOW, age) for age in ages]
        receipt = roadside.send(*photos)
        days = {photo.read.captured_at.date() for photo in photos if photo.read.id in receipt.accepted}
        assert days == {
            photo.read.captured_at.date()
            for photo, age in zip(photos, ages, strict=True)
            if -MOST_AHEAD <= age <= KEPT
        }
        assert of_days(made() - before) <= days
        assert days <= of_days(made())
        assert len(receipt.accepted) + len(receipt.rejected) == len(photos)


@pytest.mark.parametrize("setting", ["29", "0", "-30", "ten", "3651"])
def test_no_site_keeps_reads_for_less_than_the_policy_asks(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATEWARD_READS_KEPT_DAYS", setting)
    with pytest.raises(WrongSetting, match=r"whole number from (?:1|30) to 3650"):
        run_path(plateward.settings.__file__)
