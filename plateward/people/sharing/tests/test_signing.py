"""The administrator signs what runs, and the Chief countersigns it: another person, who saw what it changes."""

import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from plateward.core.audit.leaf import Leaf
from plateward.ground.policy.decision import Refused
from plateward.people import signed
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.sharing import actions
from plateward.people.sharing.models import SharingDocument, SharingDrift
from plateward.people.sharing.testing import WHY, put_in_force, running_digest
from plateward.people.testing import acting, person, signed_in
from plateward.testing.threads import at_once

PAGE = "/sharing/"
pytestmark = [pytest.mark.django_db, pytest.mark.clause("AC-3/signed", "AC-4/flow")]


def sign(by: str = "gloria", **changed: str) -> int:
    posted = {"seen": running_digest(), "why": WHY} | changed
    return int(signed_in(person(by)).post(f"{PAGE}sign/", posted).status_code)


def decide(by: str = "hector", answer: str = "approve", **changed: str) -> int:
    made = SharingDocument.objects.latest("pk")
    posted = {"seen": actions.seen_by(made), "note": "", answer: "yes"} | changed
    return int(signed_in(person(by)).post(f"{PAGE}{made.pk}/decide/", posted).status_code)


def page(of: str = "gloria", path: str = PAGE) -> str:
    return signed_in(person(of)).get(path).content.decode()


@pytest.mark.both_databases
def test_it_is_in_force_once_two_people_signed_and_its_digest_is_in_both_entries(
    recorded: Callable[[str], Leaf],
) -> None:
    person("hector")
    assert "Nothing signed yet" in page()
    assert sign() == 302
    made = SharingDocument.objects.get()
    assert signed.read_in_force() == signed.NOTHING_SIGNED
    assert "Sharing configurations to countersign" in signed_in(person("hector")).get("/").content.decode()
    assert decide() == 302
    for event, by in (("sharing.sign", "gloria"), ("sharing.countersign", "hector")):
        entry = recorded(event)
        assert (entry.actor_id, entry.outcome, entry.details["sha256"]) == (by, "done", made.sha256)
    assert signed.in_force().number == made.pk
    shown = page("nora")
    assert "Gloria Gallegos" in shown
    assert "Hector Herrera" in shown
    assert made.sha256 in shown
    assert "Search stored reads" in shown
    assert (
        signed.digest_of(json.dumps(json.loads(made.text), sort_keys=True, separators=(",", ":")))
        == made.sha256
    )
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        SharingDocument.objects.update(text="{}")
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        SharingDocument.objects.all().delete()


def test_nobody_else_signs_or_countersigns() -> None:
    assert [sign(by) for by in ("ada", "hector", "nora")] == [403] * 3
    assert sign() == 302
    assert [decide(by) for by in ("ada", "gloria", "nora")] == [403] * 3
    both = acting("hector")
    made = SharingDocument.objects.create(text="{}", sha256="", why=WHY, signed_by=both.key)
    with pytest.raises(Refused, match="cannot review your own"):
        actions.decide(both, made, actions.seen_by(made), approve=True, note="")


def test_both_signatures_need_the_second_factor_shown_lately() -> None:
    from plateward.people.route_rules import ProofRule
    from plateward.people.routes import PROOFS

    assert PROOFS["configuration:sign"] is PROOFS["configuration:decide"] is ProofRule.FACTOR


def test_a_page_that_is_no_longer_current_signs_nothing() -> None:
    assert sign(seen="0" * 64) == 409
    assert sign(why="ok") == 409
    assert sign() == 302
    assert sign() == 409  # it waits already
    assert decide(seen="0") == 409
    assert decide() == 302
    assert sign() == 409  # it is in force already
    assert decide() == 409  # it is decided


def test_what_changed_after_the_administrator_signed_is_not_countersigned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person("hector")
    assert sign() == 302
    monkeypatch.setitem(
        ROLE_PERMISSIONS, Role.RECORDS, ROLE_PERMISSIONS[Role.RECORDS] | {Permission.SEARCH_RUN}
    )
    assert decide() == 409
    assert signed.read_in_force() == signed.NOTHING_SIGNED
    assert decide(answer="return", note="no") == 409
    assert decide(answer="return", note="Sign the new settings.") == 302
    assert sign() == 302
    assert decide() == 302
    assert SharingDocument.objects.filter(approved=True).count() == 1


def test_a_newer_one_takes_the_place_of_one_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign() == 302
    first = SharingDocument.objects.get()
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.RECORDS, frozenset())
    assert sign() == 302
    assert "Replaced by a newer one" in page(path=f"{PAGE}{first.pk}/")
    hector = signed_in(person("hector"))
    answer = hector.post(f"{PAGE}{first.pk}/decide/", {"seen": actions.seen_by(first), "approve": "yes"})
    assert answer.status_code == 409
    assert decide() == 302


def test_the_chief_reads_what_becomes_wider_and_narrower(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_force()
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.RECORDS, frozenset({Permission.SEARCH_RUN}))
    assert sign() == 302
    shown = page("hector", SharingDocument.objects.latest("pk").get_absolute_url())
    assert "Role, Records (IPRA): permissions, wider: Search stored reads" in shown
    assert "permissions, narrower: Find any read’s chain of custody" in shown
    assert "Countersign" in shown
    assert "Countersign</button>" not in page(
        "gloria", SharingDocument.objects.latest("pk").get_absolute_url()
    )


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_people_sign_at_once_and_two_decide_at_once() -> None:
    gloria, frank = acting("gloria"), acting("frank")
    hector, nora = acting("hector"), acting("nora")
    digest = running_digest()
    refusals = at_once(lambda: actions.sign(gloria, digest, WHY), lambda: actions.sign(frank, digest, WHY))
    assert refusals == ["This configuration is signed already."]
    made = SharingDocument.objects.get()
    seen = actions.seen_by(made)
    refusals = at_once(
        lambda: actions.decide(hector, made, seen, approve=True, note=""),
        lambda: actions.decide(nora, made, seen, approve=False, note="Not like this."),
    )
    assert refusals == ["This sharing configuration is already decided."]


def test_every_page_that_shows_it_is_on_the_log(recorded: Callable[[str], Leaf]) -> None:
    made = put_in_force()
    page("nora")
    assert (recorded("sharing.view").actor_id, recorded("sharing.view").object) == ("nora", "sharing")
    page("hector", made.get_absolute_url())
    assert recorded("sharing.view").object == f"sharing:{made.pk}"
    assert not SharingDrift.objects.exists()
