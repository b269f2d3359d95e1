from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links.ncic.legacy import read, render
from plateward.ground.links.ncic.messages import Garbled, QueryRefused, new_id
from plateward.ground.links.ncic.query import NcicQuery, NcicRecord, records_of

RECORD = "MKE/STOLEN VEHICLE\nORI/NM0120000 LIC/TST123 LIS/NM\nVYR/2019 VMA/FORD VCO/BLU\nNIC/V123456789\n"
HIT = f"1L01A1B2C3\nNM0000000\n\n{RECORD}"
NONE = "1L01A1B2C3\nNM0000000\n\nNO NCIC WANT LIC/TST123 LIS/NM\n"


def _query(**changes: str) -> NcicQuery:
    values = {
        "id": "A1B2C3",
        "plate": "TST123",
        "state": "NM",
        "ori": "NM0000000",
        "operator": "",
        "reason": "",
    }
    return NcicQuery(**(values | changes))


def parse(text: str) -> tuple[NcicRecord, ...]:
    """The records of an answer to the query above."""
    return records_of(_query(), read(text.encode()))


def test_a_query_is_one_line_that_carries_our_id() -> None:
    query = _query(operator="Ada Archuleta", reason="Stolen vehicle hit, 26-000123")
    assert render(query) == (
        b"1N01A1B2C3.QV.NM0000000.LIC/TST123.LIS/NM.ATN/ADA ARCHULETA STOLEN VEHICLE HIT 26 000123"
    )


@given(st.text(), st.text())
def test_what_people_write_cannot_add_a_field_or_end_the_message(operator: str, reason: str) -> None:
    message = render(_query(operator=operator, reason=reason))
    assert not {0x02, 0x03, 0x0A} & set(message)
    assert message.count(b"/") == 3
    assert message.count(b".") == 5
    assert len(message) < 200


@pytest.mark.parametrize(
    "changes",
    [
        {"plate": ""},
        {"plate": "TST 123"},
        {"plate": "A" * 11},
        {"plate": "TST\x03"},
        {"plate": "TST123\n"},
        {"state": "N"},
        {"state": "nm"},
        {"ori": "NM1"},
        {"id": ""},
        {"id": "A" * 17},
    ],
)
def test_what_ncic_cannot_be_asked_is_refused_with_help(changes: dict[str, str]) -> None:
    with pytest.raises(QueryRefused, match="Correct it"):
        _query(**changes)


def test_no_two_queries_share_an_id() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(_query(id=id).id == id for id in ids)


@pytest.mark.clause("5.h/query")
def test_it_reads_a_record() -> None:
    assert parse(HIT) == (
        NcicRecord(
            "V123456789",
            "STOLEN VEHICLE",
            "TST123",
            "NM",
            "NM0120000",
            year="2019",
            make="FORD",
            color="BLU",
        ),
    )


def test_it_reads_several_records_any_line_ending_and_unknown_fields() -> None:
    second = RECORD.replace("STOLEN VEHICLE", "FELONY VEHICLE").replace("NIC/V", "OCA/26-1.NIC/F")
    parsed = parse(f"{HIT}\n{second}".replace("\n", "\r\n"))
    assert [(record.reason, record.nic, record.oca) for record in parsed] == [
        ("STOLEN VEHICLE", "V123456789", ""),
        ("FELONY VEHICLE", "F123456789", "26-1"),
    ]


@pytest.mark.clause("5.h/query")
def test_it_reads_that_there_is_no_record() -> None:
    assert parse(NONE) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1L01A1B2C3",
        "1L01A1B2C3\nNM0000000\n",
        HIT.replace("1L01", "1N01"),
        HIT.replace("A1B2C3", ""),
        HIT.replace("NIC/V123456789", ""),
        HIT.replace("NIC/V123456789", "NIC/V1234"),
        HIT.replace("LIC/TST123", "LIC/"),
        HIT.replace("LIS/NM", ""),
        HIT.replace("MKE/STOLEN VEHICLE", ""),
        HIT.replace("MKE/", "MKE/\x1b"),
        HIT.replace("VMA/FORD", "VMA/\x1b]0;FORD"),
        HIT.replace("ORI/NM0120000", "ORI/NM"),
        HIT.replace("VCO/", "LIC/"),
        HIT.replace("MKE/", "NOTE MKE/"),
        NONE.replace("LIC/TST123 ", ""),
        NONE + "\n" + RECORD,
        NONE + "MKE/STOLEN VEHICLE NIC/V123456789",
        HIT + "\nNO NCIC WANT LIC/TST123 LIS/NM\n",
        "NO NCIC WANT LIC/TST123 LIS/NM",
    ],
)
def test_what_is_no_answer_is_garbled(text: str) -> None:
    with pytest.raises(Garbled):
        parse(text)


@pytest.mark.parametrize("text", [HIT, NONE])
def test_an_answer_cut_before_its_last_field_is_complete_is_garbled(text: str) -> None:
    for end in range(len(text.rstrip()) - 1):
        with pytest.raises(Garbled):
            parse(text[:end])


bent = st.tuples(
    st.sampled_from([HIT, NONE]), st.integers(0, len(HIT)), st.integers(0, 9), st.text(max_size=9)
)


@given(st.text() | bent.map(lambda b: b[0][: b[1]] + b[3] + b[0][b[1] + b[2] :]))
def test_any_text_is_an_answer_or_garbled(text: str) -> None:
    with suppress(Garbled):
        parse(text)
