"""Training records as CSV: what is accepted, and what is rejected with its line and reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.pages.csv_import import NotACsvFile
from plateward.people.training.record_csv import MAX_BYTES, MAX_ROWS, RecordLookups, RecordRow, parse_records

KNOWN = RecordLookups(
    {"4112": 1, "2203": 3},
    {"ada": 1, "carla": 3},
    {"cjis": (7, None), "ncic": (8, None), "exam": (9, 70)},
    date(2026, 11, 24),
)
HEAD = "badge,course,date,issuer,score,document\n"


def read(text: str, head: str = HEAD) -> list[RecordRow]:
    parsed = parse_records((head + text).encode(), KNOWN)
    assert parsed.rejections == []
    return parsed.rows


def rejections(*rows: str) -> list[tuple[int, str]]:
    return [
        (rejection.line, rejection.why)
        for rejection in parse_records((HEAD + "\n".join(rows)).encode(), KNOWN).rejections
    ]


@pytest.mark.clause("6.b.i.4/records")
def test_it_takes_a_row_with_who_course_date_issuer_score_and_document() -> None:
    (row,) = read("4112,CJIS,2026-11-02,DPS CJIS Unit,96.5 %,C-17\n")
    assert (row.person, row.course, row.completed_on) == (1, 7, date(2026, 11, 2))
    assert (row.issuer, row.score, row.document, row.line) == ("DPS CJIS Unit", Decimal("96.5"), "C-17", 2)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffusername,date,course,issuer\r\nADA,11/2/2026,cjis,DPS\r\n".encode(),
        b"username;issuer;course;date\nada;DPS;cjis;2026-11-02",
        "username\tissuer\tcourse\tdate\rada\tDPS\tcjis\t2026-11-02\r".encode("utf-16"),
        "\ufeffnote,username,badge,issuer,course,date\n\n,ada,4112,DPS,cjis,2026-11-02\n,,,,,\n".encode(
            "utf-16-be"
        ),
        b'Username , Course,Date,Issuer\nada,"cjis",2026-11-02,"DPS"\n',
    ],
)
def test_marks_encodings_line_ends_delimiters_and_order_do_not_matter(content: bytes) -> None:
    ((row,), ()) = (parse_records(content, KNOWN).rows, parse_records(content, KNOWN).rejections)
    assert (row.person, row.course, row.completed_on, row.issuer) == (1, 7, date(2026, 11, 2), "DPS")
    assert (row.score, row.document) == (None, "")


@pytest.mark.clause("6.b.i.4/records", "6.d.i/before")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",cjis,2026-11-02,DPS,,", "has no person"),
        ("9999,cjis,2026-11-02,DPS,,", "there is no badge number '9999'"),
        ("4112,piloting,2026-11-02,DPS,,", "no course 'piloting'"),
        ("4112,cjis,2026-11-25,DPS,,", "in the future"),
        ("4112,cjis,1926-11-02,DPS,,", "too long ago"),
        ("4112,cjis,2026-02-29,DPS,,", "not a valid date"),
        ("4112,cjis,yesterday,DPS,,", "not a date like"),
        ("4112,cjis,24.11.2026,DPS,,", "not a date like"),
        ("4112,cjis,2026-11-02,,,", "has no issuer"),
        ("4112,cjis,2026-11-02,DPS,101,", "not a score"),
        ("4112,cjis,2026-11-02,DPS,NaN,", "not a score"),
        ("4112,cjis,2026-11-02,DPS,1e1,", "not a score"),
        ("4112,cjis,2026-11-02,DPS", "4 fields, but the first line names 6"),
        ("4112,cjis,2026-11-02,DPS,,,", "7 fields"),
        ("4112,cjis,2026-11-02,=HYPERLINK(1),,", "as a formula does"),
        ("4112,cjis,2026-11-02,DPS,,@SUM(1)", "as a formula does"),
        ("4112,cjis,2026-11-02,DPS,-1,", "as a formula does"),
        (f"4112,cjis,2026-11-02,{'D' * 101},,", "more than 100 characters"),
        ("4112,cjis,2026-11-02,D\u202ePS,,", "cannot be shown"),
    ],
)
def test_it_rejects_a_bad_row_and_says_why(row: str, why: str) -> None:
    ((line, said),) = rejections(row)
    assert line == 2
    assert why in said


def test_a_badge_and_a_username_must_be_of_one_person() -> None:
    parsed = parse_records(b"badge,username,course,date,issuer\n4112,carla,cjis,2026-11-02,DPS\n", KNOWN)
    assert "does not belong to carla" in parsed.rejections[0].why


def test_a_row_that_stands_twice_is_taken_once() -> None:
    refused_lines = rejections(
        "4112,cjis,2026-11-02,DPS,,", "2203,cjis,2026-11-02,DPS,,", "4112,cjis,2026-11-02,FBI,,"
    )
    assert refused_lines == [(4, "this person, course and date are already on line 2")]


def test_one_bad_row_keeps_no_good_row_out_and_lines_are_counted_as_an_editor_counts_them() -> None:
    parsed = parse_records(
        (HEAD + '\n4112,cjis,2026-11-02,"D\nPS",,\n2203,cjis,x,DPS,,\n2203,ncic,2026-11-02,DPS,,').encode(),
        KNOWN,
    )
    assert [(rejection.line, rejection.why) for rejection in parsed.rejections] == [
        (
            3,
            "its issuer has characters that cannot be shown; it runs to line 4: is a quotation mark missing?",
        ),
        (5, "'x' is not a date like 2026-11-24 or 11/24/2026"),
    ]
    assert [row.line for row in parsed.rows] == [6]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"badge,course\n4112,cjis\n", "Missing: date, issuer"),
        (b"course,date,issuer\n", "Missing: badge or username"),
        (b"badge,course,course,date,issuer\n", "twice: course"),
        (HEAD.encode() + b"\xff\xfe", "not UTF-8"),
        (HEAD.encode("utf-16-le"), "zero bytes"),
        (HEAD.encode("utf-16")[:-1], "not UTF-8"),
        (HEAD.encode() + b"41\x0012,cjis", "zero bytes"),
        (HEAD.encode() + b'"4112,cjis,2026-11-02', "Line 2 is not CSV"),
        (HEAD.encode() + b"x" * MAX_BYTES, "larger than 4 MiB"),
        (HEAD.encode() + b"4112,cjis\n" * (MAX_ROWS + 1), "more than 20,000 lines"),
        (HEAD.encode() + b"4" * 200_000, "not CSV"),
    ],
)
def test_it_refuses_a_file_that_holds_no_records(content: bytes, says: str) -> None:
    with pytest.raises(NotACsvFile, match=says):
        parse_records(content, KNOWN)


CELL = st.sampled_from(
    ["4112", "ada", "cjis", "2026-11-02", "11/2/2026", "DPS", "99", '"', "", "=1", "\r", "é"]
) | st.text(max_size=8)
LINES = st.lists(st.lists(CELL, max_size=8).map(",".join), max_size=6)


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: (HEAD + text).encode())
    | LINES.map(lambda lines: (HEAD + "\n".join(lines)).encode())
    | LINES.map(lambda lines: (HEAD + "\r".join(lines)).encode("utf-16"))
)
def test_any_bytes_give_records_or_a_clear_error(content: bytes) -> None:
    try:
        parsed = parse_records(content, KNOWN)
    except NotACsvFile:
        return
    for row in parsed.rows:
        assert (row.person in (1, 3), row.course in (7, 8)) == (True, True)
        assert row.completed_on <= KNOWN.today
        assert row.issuer
        assert not row.issuer.startswith(("=", "+", "-", "@"))
    assert len({row.key for row in parsed.rows}) == len(parsed.rows)
    assert all(rejection.why and rejection.row.isprintable() for rejection in parsed.rejections)


@pytest.mark.clause("5.d/exam", "5.d/cjis", "5.e/training", "6.d.ii/yearly")
def test_an_exam_needs_a_result_and_one_below_the_pass_mark_is_kept_and_does_not_count() -> None:
    assert rejections("4112,exam,2026-11-02,DPS,,")[0][1].startswith(
        "the course has an exam, passed at 70 percent"
    )
    below, at = read("4112,exam,2026-11-02,DPS,69.99,\n2203,exam,2026-11-02,DPS,70,\n")
    assert (below.passed, at.passed) == (False, True)
