"""What is read from a file, and what is rejected, with line and reason."""

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.pages.csv_import import RejectedLine
from plateward.field.hotlists.imports import text
from plateward.field.hotlists.imports.forms import FormatForm
from plateward.field.hotlists.imports.mapper import FormatError, Mapper
from plateward.field.hotlists.imports.ncic import FILES, NcicExtract, default_reasons
from plateward.field.hotlists.imports.plateward_csv import PlatewardCsv
from plateward.field.hotlists.imports.rows import FormatReader, ImportRow, NotAList
from plateward.field.hotlists.imports.spec import FieldSpec, FormatSpec
from plateward.field.hotlists.imports.tests.made import DENVER, HEAD, NCIC_HEAD, TERMS, read, vehicle
from plateward.field.hotlists.reasons import REASONS
from plateward.testing import reference_path

EXTRACT = NcicExtract(default_reasons())
MAPPED = Mapper(
    FormatSpec(
        "delimited", {"plate": FieldSpec("1"), "reason": FieldSpec("=wanted_person"), "state": FieldSpec("2")}
    )
)
FIXED = Mapper(
    FormatSpec("fixed", {"plate": FieldSpec("1-8"), "reason": FieldSpec("9-10", codes="WP = wanted_person")})
)


def rejections(*rows: str) -> list[tuple[int, str]]:
    return [
        (rejection.line, rejection.why)
        for rejection in read(PlatewardCsv(), (HEAD + "\n".join(rows)).encode())[1]
    ]


# Plateward's own CSV.


@pytest.mark.clause("5.f/reasons")
def test_it_takes_a_row_with_its_reason_state_priority_and_expiry() -> None:
    (row,) = read(PlatewardCsv(), (HEAD + "abc 123,nm,Stolen vehicle,HIGH,2026-07-31\n").encode())[0]
    assert (row.plate, row.bare, row.state, row.reason, row.priority) == (
        *("ABC 123", "ABC123", "NM", "stolen_vehicle", "high"),
    )
    assert row.expires_at is not None
    assert row.expires_at.astimezone(DENVER).isoformat() == "2026-07-31T23:59:59.999999-06:00"


@pytest.mark.clause("5.f/reasons")
@pytest.mark.parametrize("reason", list(REASONS))
def test_every_reason_of_the_policy_is_taken(reason: str) -> None:
    assert not rejections(f"ABC123,NM,{reason},high,")


def test_columns_may_stand_in_any_order_and_after_a_byte_order_mark() -> None:
    content = "\ufeffreason,plate,expires,state,priority,note,nic\r\nstolen_plate,XYZ987,,TX,,seen,7\r\n"
    (row,) = read(PlatewardCsv(), content.encode())[0]
    assert (row.plate, row.priority, row.expires_at, row.nic) == ("XYZ987", "normal", None, "7")


@pytest.mark.clause("5.f/reasons", "SB40.use/traffic")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",NM,stolen_vehicle,high,", "no plate"),
        (" - ,NM,stolen_vehicle,high,", "no plate"),
        ("ABC123,NM,because,high,", "not a reason of OPR:50 5.f"),
        ("ABC123,NM,immigration,high,", "not a reason of OPR:50 5.f"),
        ("ABC123,NM,expired_registration,high,", "not a reason of OPR:50 5.f"),
        ("ABC123,NM,,high,", "it has no reason"),
        ("ABC123,NM,stolen_vehicle,high,2026-06-30", "expired"),
        ("ABC123,NM,stolen_vehicle,high,soon", "not a date"),
        ("ABC123,NM,stolen_vehicle,high,2099-12-31", "leave it blank if the entry does not expire"),
        ("ABC123,ZZ,stolen_vehicle,high,", "not a state"),
        ("ABC123,NM,stolen_vehicle,urgent,", "not a priority"),
        ("A" * 40 + ",NM,stolen_vehicle,high,", "not a plate"),
        ("ABC\U0001f600,NM,stolen_vehicle,high,", "not a plate"),
        ("AB\x07C123,NM,stolen_vehicle,high,", "not a plate"),
        ("AB*C1?,NM,stolen_vehicle,high,", "partial plate"),
        ("ABC123,NM,stolen_vehicle", "3 fields"),
        ('"ABC\n123",NM,stolen_vehicle,high,', "runs on to line 3"),
    ],
)
def test_it_rejects_a_bad_row_and_says_why(row: str, why: str) -> None:
    ((line, said),) = rejections(row)
    assert line == 2
    assert why in said


def test_one_bad_row_keeps_no_good_row_out() -> None:
    rows, bad = read(PlatewardCsv(), (HEAD + "ABC123,NM,nonsense,,\nXYZ987,TX,stolen_plate,,\n").encode())
    assert ([row.plate for row in rows], len(bad)) == (["XYZ987"], 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"plate,state\nABC123,NM\n", "missing: reason, priority, expires"),
        (HEAD.encode() + b"\xff\xfe,NM,stolen_vehicle,,", r"not UTF-8 text \(line 2"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (HEAD.encode() + b"ABC\x00123,NM,stolen_vehicle,,", "zero bytes"),
        (HEAD.encode() + b'"ABC123,NM,stolen_vehicle,,', "not CSV"),
        (HEAD.encode() + b"A" * 20_000, "longer than 16 KiB"),
    ],
)
def test_it_refuses_a_file_that_is_no_list(content: bytes, says: str) -> None:
    with pytest.raises(NotAList, match=says):
        read(PlatewardCsv(), content)


# Bytes as lines.


@given(
    st.lists(st.text("AB,1 ", max_size=8), max_size=8),
    st.lists(st.sampled_from(["\n", "\r\n", "\r"])),
    st.integers(1, 5),
)
def test_lines_are_the_same_however_they_end_and_however_the_bytes_come(
    parts: list[str], ends: list[str], size: int
) -> None:
    whole = "".join(
        f"{part}x{ends[i % len(ends)] if ends else chr(10)}" for i, part in enumerate(parts)
    ).encode()
    chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
    if not parts:
        return
    lines = list(text.read_lines(chunks, "utf-8"))
    assert [line.text for line in lines] == [f"{part}x" for part in parts]
    assert [line.number for line in lines] == list(range(1, len(parts) + 1))
    assert all(line.ended for line in lines)


def test_a_file_past_its_bound_is_refused_while_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_BYTES", 10)
    with pytest.raises(NotAList, match="larger than"):
        list(text.bounded([b"12345", b"678901"]))


# The NCIC extract.


@pytest.mark.clause("5.h/import")
def test_the_documented_layout_is_what_is_read() -> None:
    layout = reference_path("formats", "hotlists", "NCIC_VEHEXTRT_layout.tsv").read_text().splitlines()
    example = next(line for line in layout if line.startswith("# first line")).rpartition(": ")[2]
    (row,) = read(EXTRACT, f"{NCIC_HEAD}{example}\n".encode())[0]
    want = {
        "nic": "V123456789",
        "ori": "LA0570200",
        "listed_on": date(2019, 5, 9),
        "plate": "AB123456",
        "state": "CA",
        "plate_year": "2009",
        "plate_type": "MC",
        "vehicle": "2009 YAMA CYL MC BLK",
        "reason": "stolen_vehicle",
    }
    assert {name: getattr(row, name) for name in want} == want


@pytest.mark.clause("5.f/reasons", "5.h/import")
@pytest.mark.parametrize("code", list(FILES))
def test_each_file_code_has_its_reason(code: str) -> None:
    (row,) = read(EXTRACT, (NCIC_HEAD + vehicle(1, code)).encode())[0]
    assert row.reason == FILES[code].reason
    assert row.reason in REASONS


@pytest.mark.clause("SB40.use/immigration")
@pytest.mark.parametrize("extract", [EXTRACT, NcicExtract(default_reasons() | {"N": "wanted_person"})])
def test_immigration_violators_are_never_taken_whatever_a_table_says(extract: NcicExtract) -> None:
    rows, (bad,) = read(extract, (NCIC_HEAD + vehicle(1, "N")).encode())
    assert not rows
    assert "SB 40 does not allow this use" in bad.why


def test_a_file_that_is_switched_off_is_rejected_by_its_name() -> None:
    rows, (bad,) = read(NcicExtract(default_reasons() | {"X": ""}), (NCIC_HEAD + vehicle(1, "X")).encode())
    assert not rows
    assert "X (Sex offender) is turned off" in bad.why


def test_the_letter_o_stays_the_zero_that_ncic_writes() -> None:
    (row,) = read(EXTRACT, (NCIC_HEAD + vehicle(1, plate="0NE0", state="0H")).encode())[0]
    assert (row.plate, row.state) == ("0NE0", "OH")


def test_a_canadian_plate_is_taken() -> None:
    (row,) = read(EXTRACT, (NCIC_HEAD + vehicle(1, "R", state="PQ")).encode())[0]
    assert (row.state, row.reason) == ("PQ", "stolen_vehicle")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (vehicle(1)[:40], "cut short: 40 characters"),
        (vehicle(1)[:40] + "\n", "too short"),
        (" " + vehicle(1), "not a file code"),
        (vehicle(1)[:15] + "?" + vehicle(1)[15:], "are the columns shifted"),
        (vehicle(1, plate=" " * 10), "no plate"),
        (vehicle(1, plate="AB\U0001f600\U0001f600"), "not a plate"),
        (vehicle(1, state="ZZ"), "not a state"),
    ],
)
def test_a_bad_line_of_the_extract_is_rejected_with_its_number(line: str, why: str) -> None:
    rows, (bad,) = read(EXTRACT, (NCIC_HEAD + vehicle(7) + line).encode())
    assert len(rows) == 1
    assert bad.line == 3
    assert why in bad.why


def test_an_extract_without_its_header_is_refused() -> None:
    with pytest.raises(NotAList, match="its beginning is missing"):
        read(EXTRACT, vehicle(1).encode())


# Described formats.


def test_a_column_that_was_renamed_is_told_by_its_name() -> None:
    spec = FormatSpec(
        "delimited", {"plate": FieldSpec("LIC"), "reason": FieldSpec("=stolen_plate")}, skip=1, names=1
    )
    assert read(Mapper(spec), b"LIS,LIC\nNM,ABC123\n")[0][0].plate == "ABC123"
    with pytest.raises(NotAList, match="have no column “LIC”"):
        read(Mapper(spec), b"LIS,PLATE\nNM,ABC123\n")


def test_a_trailer_is_left_alone_and_a_date_in_words_of_the_format_is_read() -> None:
    fields = {
        "plate": FieldSpec("1"),
        "reason": FieldSpec("=stolen_plate"),
        "expires": FieldSpec("2", dates="%m/%d/%Y"),
    }
    spec = FormatSpec("delimited", fields, delimiter="|", leave="TOTAL")
    rows, bad = read(Mapper(spec), b"ABC123|08/01/2026\nDEF456|2026-08-01\nTOTAL|2\n")
    assert [row.plate for row in rows] == ["ABC123"]
    assert [(rejection.line, rejection.why) for rejection in bad] == [
        (2, "'2026-08-01' is not a date like 01/31/2027")
    ]


def test_what_a_format_does_with_a_value_is_shown_open() -> None:
    fields = {
        "plate": FieldSpec("1"),
        "expires": FieldSpec("2"),
        "listed_on": FieldSpec("3", dates="%m/%d/%Y"),
    }
    form = FormatForm(initial=FormatForm.of("Denver", FormatSpec("delimited", fields)))
    assert [value["label"] for value in form.values() if value["more_open"]] == ["Listed on"]


def test_a_line_without_its_last_column_and_a_code_that_is_in_no_table_are_rejected() -> None:
    spec = FormatSpec(
        "delimited", {"plate": FieldSpec("1"), "reason": FieldSpec("3", codes="WP = wanted_person")}
    )
    _, bad = read(Mapper(spec), b"ABC123,NM\nABC123,NM,XX\n")
    assert [rejection.why for rejection in bad] == [
        "it has 2 columns, but column 3 is needed",
        "'XX' is not in the format's codes",
    ]


@pytest.mark.parametrize(
    ("spec", "says", "field"),
    [
        (FormatSpec("delimited", {"plate": FieldSpec("1")}), "Map the reason", "reason_take"),
        (
            FormatSpec("fixed", {"plate": FieldSpec("LIC"), "reason": FieldSpec("=x")}),
            "is not a position",
            "plate_take",
        ),
        (
            FormatSpec("fixed", {"plate": FieldSpec("9-3"), "reason": FieldSpec("=x")}),
            "first before second",
            "plate_take",
        ),
        (
            FormatSpec("delimited", {"plate": FieldSpec("0"), "reason": FieldSpec("=x")}),
            "is not a column",
            "plate_take",
        ),
        (
            FormatSpec("delimited", {"plate": FieldSpec("1", "eval x"), "reason": FieldSpec("=x")}),
            "is not a step",
            "plate_take",
        ),
        (
            FormatSpec("delimited", {"plate": FieldSpec("1"), "reason": FieldSpec("2", codes="WP")}),
            "is not a code",
            "reason_take",
        ),
        (
            FormatSpec(
                "delimited", {"plate": FieldSpec("1"), "reason": FieldSpec("2", codes="A = x\na = y")}
            ),
            "twice",
            "reason_take",
        ),
        (
            FormatSpec("delimited", {"plate": FieldSpec("1"), "reason": FieldSpec("=x")}, names=1),
            "one of the header lines",
            "",
        ),
    ],
)
def test_a_description_that_makes_no_sense_is_refused_at_its_field(
    spec: FormatSpec, says: str, field: str
) -> None:
    with pytest.raises(FormatError, match=says) as error:
        Mapper(spec)
    assert error.value.field == field


@pytest.mark.clause("SB40.use/traffic")
@pytest.mark.parametrize(
    "code", ["IMMIGRATION VIOLATOR", "ICE", "Deported felon", "EXPIRED", "uninsured motorist"]
)
def test_a_code_for_what_sb_40_forbids_can_be_given_no_reason(code: str) -> None:
    fields = {"plate": FieldSpec("1"), "reason": FieldSpec("2", codes=f"{code} = wanted_person")}
    with pytest.raises(FormatError, match="SB 40 does not allow"):
        Mapper(FormatSpec("delimited", fields))
    fields["reason"] = FieldSpec("2", codes=f"{code} = -")
    Mapper(FormatSpec("delimited", fields))


# Arbitrary input.


@pytest.mark.parametrize(
    "format", [PlatewardCsv(), EXTRACT, MAPPED, FIXED], ids=["house", "ncic", "mapped", "fixed"]
)
@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(lambda text: (HEAD + text).encode())
    | st.text(max_size=300).map(lambda text: (NCIC_HEAD + vehicle(1) + text).encode(errors="replace"))
)
def test_any_bytes_give_rows_and_rejections_or_a_clear_error(format: FormatReader, content: bytes) -> None:
    try:
        rows, bad = read(format, content)
    except NotAList:
        return
    assert all(isinstance(row, ImportRow) and row.bare and row.reason in REASONS for row in rows)
    assert all(
        isinstance(rejection, RejectedLine) and rejection.why and rejection.row.isprintable()
        for rejection in bad
    )


@given(st.text(max_size=20), st.text(max_size=60), st.text(max_size=60), st.text(max_size=80))
def test_any_description_works_or_is_refused(take: str, then: str, codes: str, line: str) -> None:
    layouts: tuple[Literal["delimited", "fixed"], ...] = ("delimited", "fixed")
    for layout in layouts:
        spec = FormatSpec(
            layout, {"plate": FieldSpec(take or "1", then), "reason": FieldSpec("1", "", codes)}
        )
        try:
            read(Mapper(spec), line.encode(errors="replace"))
        except (FormatError, NotAList):
            continue


def test_terms_are_those_of_the_list() -> None:
    assert read(MAPPED, b"ABC123,NM\n")[0][0].priority == TERMS.priority
