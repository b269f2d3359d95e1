"""What everybody may see is turned on and off here, and given once two people signed it."""

from collections.abc import Callable

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.people import signed
from plateward.people.sharing import public
from plateward.people.sharing.actions import watch_drift
from plateward.people.sharing.models import PublicChange, SharingDrift
from plateward.people.sharing.public import Public, public_since
from plateward.people.sharing.testing import make_public, put_in_force
from plateward.people.testing import person, signed_in
from plateward.testing.emptying import past_the_hub, write

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.h.i/release", "SB40.confid/audit", "AC-4/flow", "6.b.i.3/sharing"),
]
GIVEN = {"what": "searches", "reason": "The Governor asks us; counsel agrees."}


def turn(by: str, how: str = "on", **changed: str) -> int:
    return int(signed_in(person(by)).post("/sharing/public/", GIVEN | changed | {how: "yes"}).status_code)


@pytest.mark.both_databases
def test_it_is_given_once_it_is_signed_and_ends_at_once(recorded: Callable[[str], Leaf]) -> None:
    put_in_force()
    assert turn("hector") == 302
    assert public_since(Public.SEARCHES) is None
    entry = recorded("sharing.publish")
    assert (entry.object, entry.reason, entry.details) == ("public:searches", GIVEN["reason"], {"on": True})
    watch_drift()
    drift = SharingDrift.objects.get()
    assert drift.wider
    assert drift.lines[0].startswith(
        "Open to the public, Search log under codes, and its files: new (since: "
    )
    assert "Changed by Hector Herrera" in drift.lines[0]
    assert "Not given yet" in signed_in(person("gloria")).get("/sharing/").content.decode()
    put_in_force()
    watch_drift()
    assert public_since(Public.SEARCHES)
    assert public_since(Public.FIGURES) is None
    assert not SharingDrift.objects.filter(ended_at=None).exists()
    assert turn("gloria", "off") == 302
    assert public_since(Public.SEARCHES) is None


@pytest.mark.both_databases
def test_what_somebody_turned_on_in_the_database_is_alarmed_and_not_given() -> None:
    put_in_force()
    PublicChange.objects.create(what="figures", on=True, reason="x", by=person("gloria"))
    watch_drift()
    [line] = SharingDrift.objects.get().lines
    assert "No entry on the audit log made this change" in line
    assert public_since(Public.FIGURES) is None


def test_before_anything_is_signed_and_when_the_document_was_altered_nothing_is_public() -> None:
    assert turn("hector") == 302
    assert public_since(Public.SEARCHES) is None
    make_public(Public.FIGURES)
    assert public_since(Public.FIGURES)
    vars(signed)["_Kept"].found = signed.InForce(1, problem="It was altered.")
    assert public_since(Public.FIGURES) is None


def test_nobody_else_turns_it_and_each_says_why() -> None:
    assert [turn(by) for by in ("ada", "nora", "marco")] == [403] * 3
    assert turn("hector", reason="ok") == 409
    assert turn("hector", "off") == 409  # it is off
    assert turn("hector", what="reads") == 422
    assert turn("hector") == 302
    assert turn("gloria") == 409  # it is on


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/records", "AU-9/found")
def test_what_was_turned_off_is_not_turned_on_by_writing_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_public(Public.SEARCHES)
    assert public_since(Public.SEARCHES)
    assert turn("gloria", "off") == 302
    with past_the_hub("people_publicchange"):
        write('UPDATE people_publicchange SET "on" = (1 = 1)')
    assert public_since(Public.SEARCHES) is None  # as it was compared last
    monkeypatch.setattr(public.CHANGES, "_known", None)  # another process
    assert public_since(Public.SEARCHES) is None
