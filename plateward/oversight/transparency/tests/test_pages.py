"""The public page, and those of the administrator and the Chief."""

import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.audit.models import Tree
from plateward.core.pages.csv_import import NotACsvFile
from plateward.oversight.transparency import yearly
from plateward.oversight.transparency.counting import FIGURES
from plateward.oversight.transparency.models import AgencyReport, YearlyReport
from plateward.oversight.transparency.recording import publish, record_counts
from plateward.oversight.transparency.recount import recount
from plateward.oversight.transparency.year_file import YearReport, read_reports, year_csv
from plateward.people.sharing import actions
from plateward.people.sharing.public import Public
from plateward.people.sharing.testing import make_public, put_in_force
from plateward.people.testing import acting, person, signed_in

FILES = ("transparency.json", "transparency.csv", "transparency-proofs.json")
REASON = "The public may see how readers are used"
CSV = b"agency,ori,year,figure,value\nZia County Sheriff,NM0990000,2031,searches.made,412\n"


@pytest.fixture
def public(counted_log: None) -> Client:
    """A stranger's browser; the page is on and filled."""
    make_public(Public.FIGURES)
    record_counts()
    publish()
    return Client()


@pytest.mark.clause("6.h.i/release")
@pytest.mark.django_db
class TestPublic:
    def test_it_is_off_until_it_is_turned_on_and_signed_by_two(self, client: Client) -> None:
        start = reverse("public_records:start")

        def is_there() -> bool:
            answers = [client.get(f"/transparency/{path}").status_code for path in ("", *FILES)]
            assert answers in ([200, 404, 404, 404], [404] * 4)  # no file yet
            assert (b'href="/transparency/"' in client.get(start).content) is (answers[0] == 200)
            return answers[0] == 200

        assert not is_there()
        actions.turn(acting("hector"), Public.FIGURES, REASON, on=True)
        assert not is_there()
        put_in_force()
        assert is_there()
        assert "being prepared" in client.get("/transparency/").content.decode()
        actions.turn(acting("gloria"), Public.FIGURES, "Until counsel has looked at it", on=False)
        assert not is_there()  # at once

    @pytest.mark.both_databases
    def test_everybody_sees_the_counts_without_an_account(self, public: Client) -> None:
        page = public.get("/transparency/")
        text = page.content.decode()
        assert (page.status_code, settings.SESSION_COOKIE_NAME in page.cookies) == (200, False)
        for words in (
            "Plate reads stored",
            "Robbery",
            "All others together",
            "66.7 %",
            "Checkpoint of the log",
        ):
            assert words in text
        assert "Homicide" not in text
        assert "Livestock" not in text

    def test_a_stranger_costs_few_queries_and_no_entry_of_the_log(
        self, public: Client, django_assert_max_num_queries: pytest.FixtureRequest
    ) -> None:
        before = Tree.objects.get().size
        for path in ("", *FILES, "nothing"):
            with django_assert_max_num_queries(4):  # type: ignore[operator]
                public.get(f"/transparency/{path}")
        assert Tree.objects.get().size == before

    def test_its_files_are_recounted(self, public: Client) -> None:
        files = {name: public.get(f"/transparency/{name}").content for name in FILES}
        assert recount(files).wrong == []
        assert json.loads(files["transparency.json"])["format"] == "plateward.transparency.v1"
        assert files["transparency.csv"].startswith(b"period,figure,value\r\n2031-12-29,reads,29\r\n")


@pytest.mark.django_db
class TestYearlyPages:
    @pytest.mark.clause("SB40.report/yearly")
    @pytest.mark.both_databases
    def test_the_administrator_has_a_year_counted_and_the_chief_approves(self, counted_log: None) -> None:
        gloria, hector = signed_in(person("gloria")), signed_in(person("hector"))
        page = gloria.post("/yearly/count/", {"year": "2032"})
        assert (page.status_code, "not over yet" in page.content.decode()) == (409, True)
        gloria.post("/yearly/count/", {"year": "2031"})
        report = YearlyReport.objects.get()
        address = f"/yearly/{report.pk}/"
        assert "Being counted" in gloria.get(address).content.decode()
        yearly.count_asked()
        assert "Approve the report" not in gloria.get(address).content.decode()
        assert "Approve the report" in hector.get(address).content.decode()
        hector.post(f"{address}approve/")
        assert "Approved by" in gloria.get(address).content.decode()
        made = json.loads(gloria.get(f"{address}json/").content)
        assert (made["figures"]["reads"], made["figures"].keys()) == (90, FIGURES.keys())
        assert gloria.get(f"{address}pdf/").content.startswith(b"%PDF")
        assert b",2031,reads,90\r\n" in gloria.get(f"{address}csv/").content

    @pytest.mark.clause("SB40.report/state")
    @pytest.mark.both_databases
    def test_other_agencies_reports_are_previewed_then_kept_and_summed(self) -> None:
        gloria = signed_in(person("gloria"))

        def send(content: bytes) -> str:
            file = SimpleUploadedFile("reports.csv", content)
            return gloria.post("/yearly/import/", {"file": file}).content.decode()

        page = send(
            CSV + b"Taos Police,NM0280100,2031,searches.made,30\nTaos Police,NM0280100,2031,plates,1\n"
        )
        assert "“plates” is no figure of the report" in page
        assert not AgencyReport.objects.exists()
        key = page.split('name="upload" value="')[1].split('"')[0]
        gloria.post("/yearly/import/", {"upload": key})
        assert {row.ori: row.figures for row in AgencyReport.objects.all()} == {
            "NM0990000": {"searches.made": 412},
            "NM0280100": {"searches.made": 30},
        }
        assert "no new reports" in send(CSV)
        page = send(CSV.replace(b"412", b"413"))
        assert "replaces an earlier report" in page
        key = page.split('name="upload" value="')[1].split('"')[0]
        gloria.post("/yearly/import/", {"upload": key})
        state = gloria.get("/yearly/state/2031/").content.decode()
        assert "443" in state
        assert gloria.get("/yearly/state/2031/csv/").content.count(b"searches.made") == 2


@pytest.mark.clause("SB40.report/state")
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty"),
        (b"\xff\xff", "not UTF-8"),
        (b"{}", "missing required field"),
        (b'{"format": "plateward.transparency.year.v2"}', "Invalid enum value"),
        (b"[1]", "must name the columns"),
        (b"agency,ori,year\nx,NM0990000,2031", "Missing: figure, value"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotACsvFile, match=why):
        read_reports(content)


@pytest.mark.clause("SB40.report/state")
@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Zia,NM0990000,2031,reads,-1", "begins with “-”"),
        ("Zia,NM0990000,2031,reads,1.5", "no whole number"),
        ("Zia,NM0990000,2031,reads,²", "no whole number"),
        ("Zia,NM0990000,1999,reads,1", "1999 is no year of a report"),
        ("Zia,nm,2031,reads,1", "“nm” is no ORI"),
        (",NM0990000,2031,reads,1", "no name"),
        ("Zia,NM0990000,2031,reads,1000000000000", "a count is a whole number"),
        ("Zia,NM0990000,2031,hits,2\nZia,NM0990000,2031,hits,3", "an earlier line has this figure already"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(line: str, why: str) -> None:
    _, rejected = read_reports(f"agency,ori,year,figure,value\n{line}\n".encode())
    assert why in rejected[0].why


@pytest.mark.clause("SB40.report/state", "6.b.i.7/lists")
def test_an_agency_s_name_is_no_formula_in_the_state_s_file() -> None:
    one = YearReport('=HYPERLINK("http://x.example","NM")', "NM0000001", 2031, {"reads": 1})
    assert year_csv([one]).splitlines()[1].startswith(b"\"'=HYPERLINK")


@pytest.mark.clause("SB40.report/state")
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"agency,ori,year,figure,value\n{text}".encode())
)
def test_whatever_the_bytes_are_a_file_is_read_or_refused(content: bytes) -> None:
    try:
        reports, _ = read_reports(content)
    except NotACsvFile:
        return
    assert all(one.figures.keys() <= FIGURES.keys() for one in reports)
