"""The public page and its files."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client

from plateward.core.audit.models import AuditEntry
from plateward.core.audit.proven import verify_entries
from plateward.core.audit.signatures import public_key_text
from plateward.ground import clock
from plateward.oversight.published_log import actions, files
from plateward.oversight.published_log.rules import PublishedRow
from plateward.oversight.published_log.tests.conftest import MID
from plateward.people.models import Person
from plateward.people.sharing.public import Public
from plateward.people.sharing.testing import make_public

pytestmark = pytest.mark.clause("SB40.confid/audit")
FILES = [f"/search-log/2026-11/{kind}" for kind in files.KINDS]


@pytest.fixture(autouse=True)
def nothing_at_hand() -> None:
    for made in (files._rows, files._proof, files.repeats):
        made.cache_clear()


@pytest.mark.django_db
def test_nothing_is_there_until_it_is_turned_on() -> None:
    for address in ("/search-log/", *FILES):
        assert Client().get(address).status_code == 404


@pytest.mark.usefixtures("november")
def test_everybody_sees_that_one_officer_looked_for_one_plate_again_and_again() -> None:
    actions.publish_due()
    page = Client().get("/search-log/").content.decode()
    assert "November 2026" in page
    [most, *_] = json.loads(Client().get(FILES[1]).content)["rows"]
    assert set(most) == {"officer", "plate", "purpose", "offense", "decision"}
    assert '<td data-label="Searches" class="number">8</td>' in page
    assert "counsel" in page


@pytest.mark.usefixtures("november")
def test_its_files_say_the_same_and_their_proof_leads_to_the_log(settings: object) -> None:
    actions.publish_due()
    table, document, proof = (Client().get(address) for address in FILES)
    assert "search-log-2026-11.csv" in table["Content-Disposition"]
    assert "CJI" not in table["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    said = json.loads(document.content)
    assert [{"month": "2026-11"} | row for row in said["rows"]] == rows
    assert (len(rows), said["format"], said["withheld"]) == (13, "plateward.search-log.v1", 0)
    key = public_key_text(settings.RING.signing("audit"))  # type: ignore[attr-defined]
    proven = verify_entries(proof.content, key)
    texts = [text for leaf in proven.entries for text in leaf.details.get("rows", [])]  # type: ignore[union-attr]
    assert [PublishedRow.parse(str(text)) for text in texts] == [PublishedRow(**row) for row in said["rows"]]


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    "address", ["2026-10/csv", "2026-11/exe", "november/csv", "2026-99/csv", "0000-00/json"]
)
def test_what_is_not_there_is_not_found_and_leaves_no_entry(address: str) -> None:
    actions.publish_due()
    before = AuditEntry.objects.count()
    assert Client().get(f"/search-log/{address}").status_code == 404
    assert AuditEntry.objects.count() == before


@pytest.mark.usefixtures("november")
def test_strangers_cause_no_entry_and_each_file_is_made_once(django_assert_max_num_queries: object) -> None:
    actions.publish_due()
    for address in ("/search-log/", *FILES):
        Client().get(address)
    before = AuditEntry.objects.count()
    for address in ("/search-log/", *FILES):
        with django_assert_max_num_queries(5):  # type: ignore[operator]
            assert Client().get(address).status_code == 200
    assert AuditEntry.objects.count() == before


def test_months_before_it_was_turned_on_are_not_published(chief: Person) -> None:
    with clock.set_to(MID):
        make_public(Public.SEARCHES)
    with clock.set_to(MID + timedelta(days=80)):
        assert [f"{month:%Y-%m}" for month in actions.due_months()] == ["2026-11", "2026-12"]
