"""The compliance report's page and documents, and what the rooms say about themselves."""

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import MOST, BoundedCount
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.models import ExportStop
from plateward.core.pages.pdf import export_pdf
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.ground.policy.packs import packs
from plateward.ground.policy.report import policy_report
from plateward.oversight.compliance.facts import facts_of_rooms
from plateward.oversight.compliance.listing import ReportFilters, figures_of
from plateward.oversight.compliance.printing import LONGEST, MOST_OPEN, first, report_data
from plateward.oversight.compliance.views import TEMPLATE
from plateward.people.access.models import AccessReview
from plateward.people.access.reviews.table import review_table, table_digest
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.routes import ROUTES
from plateward.people.testing import acting, person, signed_in, untrain
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.closing.models import Enforcement
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.page.evidence import facts as closing_facts

pytestmark = pytest.mark.django_db
PAGE = "/compliance/"
# Enforced or worked off by people, but with nothing at the hub that a figure would tell.
CODE_ALONE = {"AU-8"}
PLATE = "XYZ4071"


@pytest.fixture
def gloria() -> Person:
    load_hotlist(PLATE)
    reader = enroll_reader()
    reader.send(reader.photo(PLATE))
    for name in ("ada", "jack", "hector"):
        person(name)
    return person("gloria")


def about(row: str) -> list[Fact]:
    return [fact for fact in facts_of_rooms() if row in fact.rows]


@pytest.mark.clause("4.a/map", "4.c/map")
def test_the_page_unfolds_each_row_with_its_evidence_and_gaps(gloria: Person) -> None:
    page = signed_in(gloria).get(PAGE).content.decode()
    for pack in packs():
        for row in pack.rows:
            assert f'id="{row.id}"' in page
    assert (
        "Accounts with current CJIS training: 3 of 4; lapsing within 30 days: 0; access stopped without it: 1."
        in page
    )
    assert 'href="/training/"' in page
    assert "No live evidence: code alone." in page
    assert "Who may use license plate readers, and for what" in page
    assert "No vendor system is connected, so none is checked." in page
    assert PLATE not in page
    assert AuditEntry.objects.filter(event="compliance.view").exists()


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("pack=CJIS&kind=W", "AU-6", "6.f.i.1"),
        ("state=thin", "6.e.v", "6.f.i.1"),
        ("section=6.d+Training", "6.d.ii", "6.e.i"),
        ("q=license+CALEA", "4.a", "4.b"),
        ("pack=X&state=%00&kind=9&section=" + "y" * 3000, "AU-6", "nothing"),
        ("q=" + "z" * 200, "AU-6", "nothing"),
    ],
)
def test_it_is_filtered_and_a_bad_filter_is_named_and_ignored(query: str, there: str, gone: str) -> None:
    page = signed_in(person("nora")).get(f"{PAGE}?{query}").content.decode()
    assert f'id="{there}"' in page
    assert f'id="{gone}"' not in page
    assert ("usa-error-message" in page.partition("<details")[0]) is (gone == "nothing")


def test_no_row_matches_nothing() -> None:
    assert "No matching rows." in signed_in(person("marco")).get(f"{PAGE}?q=qqq").content.decode()


@pytest.mark.clause("6.b.i.8/matrix")
def test_a_viewer_gets_links_only_to_pages_that_open(gloria: Person) -> None:
    page = signed_in(person("nora")).get(PAGE).content.decode()
    assert 'href="/audit/">Open' in page
    assert 'href="/training/">Open' not in page
    for name in ("ada", "jack"):
        assert signed_in(person(name)).get(PAGE).status_code == 403
    assert {fact.route for fact in facts_of_rooms() if fact.route} <= ROUTES.keys()


@pytest.mark.clause("4.a/map", "6.b.i.9/entries", "6.b.i.11/contained", "AU-3/bytes")
def test_each_document_is_marked_and_on_the_log_and_none_leaves_while_exports_are_stopped(
    gloria: Person,
) -> None:
    client: Client = signed_in(gloria)
    as_json = client.get(f"{PAGE}export/json")
    report = json.loads(as_json.content)
    assert as_json["Content-Disposition"].endswith('-CJI.json"')
    assert [line["id"] for line in report] == [row.id for pack in packs() for row in pack.rows]
    markdown = client.get(f"{PAGE}export/md").content.decode()
    assert markdown.startswith("CJI: Criminal Justice Information")
    assert "Gloria Gallegos (gloria)" in markdown
    assert "| 6.f.i.1/nobody | " in markdown
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{PAGE}export/pdf").content))
    pages = [page.extract_text() for page in pdf.pages]
    assert all("Gloria Gallegos (gloria)" in page for page in pages)
    assert "6.e.iv.3" in "".join(pages)
    annex = " ".join("".join(pages).split())
    assert "Reading: In imminent danger one act lifts what is missing" in annex
    assert "For the Chief and agency counsel to confirm." in annex
    assert "In imminent danger one act lifts" in client.get(PAGE).content.decode()
    assert "What holds" in pages[0]
    assert "what to decide" in pages[1]
    assert "Annex: every row" in pages[2]
    assert "test_" not in "".join(pages)
    logged = [
        entry.leaf.details for entry in AuditEntry.objects.filter(event="compliance.export") if entry.leaf
    ]
    assert [entry["format"] for entry in logged] == ["json", "md", "pdf"]
    assert logged[0]["bytes"] == len(as_json.content)
    assert client.get(f"{PAGE}export/exe").status_code == 404
    ExportStop.objects.create(cause="breach 1", why="A terminal was left open.", begun_by="person:gloria")
    for form in ("json", "md", "pdf"):
        assert client.get(f"{PAGE}export/{form}").status_code == 403


@pytest.mark.clause("4.a/map")
def test_however_much_is_missing_the_chief_has_two_pages(gloria: Person) -> None:
    long = "It is missing in each of many places, and nobody has said by when it will be there. " * 9
    lines = [
        replace(line, row_gaps=[f"{line.id}: {long}"], attention=[f"{line.id}: {long}"])
        for line in policy_report()
    ]
    data = report_data(lines, "now")
    assert (len(data["open"]), data["more_open"]) == (MOST_OPEN, len(lines) - MOST_OPEN)
    content = export_pdf(acting("gloria"), Event.COMPLIANCE_EXPORT, "compliance report", TEMPLATE, data)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert ["Annex: every row" in page for page in pages[:4]] == [False, False, True, False]


@pytest.mark.clause("4.a/map")
def test_a_gap_is_its_first_sentence() -> None:
    assert (
        first("the yearly report is not built yet; the audit log is.")
        == "The yearly report is not built yet."
    )
    assert len(first("word " * 100)) <= LONGEST + 2


@pytest.mark.clause("AC-2/reviewed", "AC-6/reviewed")
def test_what_contradicts_a_clause_needs_attention_and_says_what_to_do(gloria: Person) -> None:
    review_table(PersonActor.of(gloria), table_digest(), "Each role has what its duties need.")
    assert [fact.attention for fact in about("AC-6")] == ["", "", ""]
    now = clock.now()
    AccessReview.objects.create(
        opened_by="system:test", opened_at=now - timedelta(days=40), due=now - timedelta(days=1)
    )
    [overdue] = [fact.attention for fact in about("AC-6") if fact.attention]
    assert overdue == "The yearly review of all access is overdue. Complete it under People, Access reviews."
    page = signed_in(gloria).get(f"{PAGE}?state=attention").content.decode()
    assert "Attention: The yearly review" in page
    assert 'id="AC-6"' in page
    assert 'id="4.a"' not in page
    untrain(gloria, "cjis")
    [none] = [fact.attention for fact in about("6.b.i") if fact.attention]
    assert none == "No ALPR administrator can work: the Chief designates one under Offices."


@pytest.mark.clause("6.b.i.5/results")
def test_arrests_are_among_the_results(gloria: Person) -> None:
    ended = Disposition.objects.create(
        alert=Alert.objects.get(), by=gloria, at=clock.now(), outcome="enforcement"
    )
    Enforcement.objects.create(disposition=ended, kind="arrest", count=2, which="")
    Enforcement.objects.create(disposition=ended, kind="tow", count=1, which="")
    long_ago = clock.now() - timedelta(days=31)
    earlier = Disposition.objects.create(alert=ended.alert, by=gloria, at=long_ago, outcome="enforcement")
    Enforcement.objects.create(disposition=earlier, kind="arrest", count=5, which="")
    with CaptureQueriesContext(connection) as queries:
        [results] = [fact for fact in closing_facts() if "6.b.i.5" in fact.rows]
    assert results.figures == {"enforcement": 3, "arrests": 2}
    if connection.vendor == "sqlite":  # on a small table the other database reads no index
        [added_up] = [query["sql"] for query in queries if "SUM(" in query["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {added_up}")
            steps = [row[-1] for row in cursor.fetchall()]
        assert any("disposition_by_time" in step for step in steps), steps
        assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.both_databases
def test_every_enforced_row_and_workflow_that_stands_has_live_evidence(gloria: Person) -> None:
    shown = {row for fact in facts_of_rooms() for row in fact.rows} | {"SC-13"}  # SC-13: of the installation
    lines = [
        line for line in policy_report() if line.state != "gap" and set("EW") & set(line.kind.split("/"))
    ]
    assert {line.id for line in lines} - shown == CODE_ALONE


def test_no_fact_is_stated_twice_and_a_sum_of_counts_that_stopped_says_so(gloria: Person) -> None:
    stated = Counter((fact.rows, fact.text) for fact in facts_of_rooms())
    assert max(stated.values()) == 1
    most, seven = BoundedCount(MOST), BoundedCount(7)
    held = fact("AU-3", text="{held:,}; {few:,}", held=most + seven, few=seven + seven)
    assert held.text == "100,000 or more; 14"
    assert json.loads(json.dumps(held.figures)) == {"held": "100000 or more", "few": 14}


def test_all_facts_together_ask_a_bounded_number_of_questions(gloria: Person) -> None:
    with CaptureQueriesContext(connection) as asked:
        facts_of_rooms()
    # Only a row that the asking transaction itself wrote, as this test's has, is compared by a query of its own.
    assert len([query for query in asked if "FROM audit_change" not in query["sql"]]) <= 195


def test_the_figures_by_section_add_up() -> None:
    lines = policy_report()
    figures = figures_of(lines)
    assert sum(sum(item.numbers) for item in figures) == len(lines)
    for item in figures:
        assert sum(width for _, _, width in item.bars) == pytest.approx(100)
    assert ReportFilters({}).passing(lines) == lines
