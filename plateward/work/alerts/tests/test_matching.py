"""Each kind of match: whether it rings, what its page says, and how a partial plate is confirmed."""

from datetime import timedelta
from typing import Any

import pytest

from plateward.field.hotlists.models import Entry, HotList
from plateward.ground import clock
from plateward.ground.wire.read import ReadCharacter
from plateward.people.actor import PersonActor
from plateward.people.testing import person, signed_in
from plateward.simulators.ncic import RecordOnFile
from plateward.testing.hotlist import change_entries, load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import switch
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.page import actions
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.verifying.asking.actions import ask_ncic
from plateward.work.alerts.verifying.asking.services import switch as ncic_switch
from plateward.work.alerts.verifying.models import Verification

pytestmark = pytest.mark.django_db


def arrive(plate: str, state: str | None = "NM", **more: Any) -> Alert:
    reader = enroll_reader()
    reader.send(reader.photo(plate, state, **more))
    return Alert.objects.get()


@pytest.mark.clause("5.a/compare", "5.b/which")
@pytest.mark.parametrize(
    ("read", "state", "kind", "quiet"),
    [
        ("TST123", "NM", "exact", ""),
        ("TST123", None, "exact", ""),
        ("TST123", "TX", "exact", "Another state, no alarm"),
        ("T5T123", "NM", "folded", "Look-alike characters, no alarm"),
    ],
)
def test_an_exact_match_rings_and_what_differs_is_shown_without_a_sound(
    read: str, state: str | None, kind: str, quiet: str
) -> None:
    load_hotlist("TST123")
    row = summary(arrive(read, state))
    assert (row["match_kind"], row["quiet"], row["rings"]) == (kind, quiet, not quiet)


@pytest.mark.clause("5.a/compare", "5.b/which")
def test_the_alarms_of_the_list_decide() -> None:
    load_hotlist("TST123")
    HotList.objects.update(alarms={"exact": "off", "folded": "ring"}, sound="soft")
    reader = enroll_reader()
    reader.send(reader.photo("TST123"), reader.photo("T5T123"))
    row = summary(Alert.objects.get())
    assert (row["match_kind"], row["rings"], row["sound"]) == ("folded", True, "soft")


@pytest.mark.clause("5.a/compare")
def test_the_readers_second_choices_are_matched_and_the_page_says_how() -> None:
    load_hotlist("TVT123")
    characters = tuple(ReadCharacter(char, 0.9, (("V", 0.3),) if char == "W" else ()) for char in "TWT123")
    alert = arrive("TWT123", characters=characters)
    assert summary(alert)["quiet"] == "The reader's second choices, no alarm"
    ada = person("ada")
    client = signed_in(ada)
    before = client.get(f"/alerts/{alert.pk}/").content.decode()
    assert "where V is listed" not in before  # the operator reads the plate first
    actions.confirm(PersonActor.of(ada), alert, "TVT123", "NM")
    page = client.get(f"/alerts/{alert.pk}/").content.decode()
    assert "Read W where V is listed (reader confidence 30%); the state agrees (NM)." in page


@pytest.mark.clause("5.g/maybe")
def test_an_exact_match_is_told_once() -> None:
    load_hotlist("T0T123")
    alert = arrive("TOT123")
    ada = person("ada")
    actions.confirm(PersonActor.of(ada), alert, "TOT123", "NM")
    page = signed_in(ada).get(f"/alerts/{alert.pk}/").content.decode()
    assert page.count("very character agrees") == 1
    assert "Every character agrees, O and 0 taken as one; the state agrees (NM)." in page


@pytest.mark.clause("5.b/which")
def test_an_alert_that_was_only_shown_is_new_again_with_the_first_read_that_rings() -> None:
    load_hotlist("TST123")
    reader = enroll_reader()
    reader.send(reader.photo("T5T123"))
    assert not summary(Alert.objects.get())["rings"]
    reader.send(reader.photo("TST123", sure=False))
    assert Change.objects.filter(new=True).count() == 1
    reader.send(reader.photo("TST123"))
    assert summary(Alert.objects.get())["rings"]
    assert Change.objects.filter(new=True).count() == 2


@pytest.mark.clause("5.a/compare")
def test_nothing_on_a_stale_list_matches() -> None:
    load_hotlist("TST123")
    HotList.objects.update(stale_after_hours=12)
    reader = enroll_reader()
    with clock.set_to(clock.now() + timedelta(hours=13)):
        reader.send(reader.photo("TST123"))
    assert not Alert.objects.exists()


@pytest.mark.clause("6.e.iv.3/plate", "6.e.iv.3/ncic", "5.h/query")
@pytest.mark.parametrize(("typed", "agrees"), [("TST 123", True), ("TST124", True), ("T5T123", False)])
def test_a_partial_plate_is_confirmed_by_one_that_fits_it_and_ncic_is_asked_for_the_whole(
    typed: str, agrees: bool
) -> None:
    load_hotlist("TST123")
    change_entries(Entry.objects.all(), plate="TST12?", bare="TST12?")
    alert = arrive("TST123")
    assert (alert.kind, summary(alert)["rings"]) == ("partial", False)
    ada = PersonActor.of(person("ada"))
    assert actions.confirm(ada, alert, typed, "NM") is agrees
    if agrees:
        with switch(RecordOnFile("TST123", "NM")):
            ask_ncic(ada, alert, ncic_switch(), "NM0000000")
        on_file = Verification.objects.get().answer == "hit"
        assert on_file is (typed == "TST 123")
