"""Files, requests, the register and readers' data all accept exactly the plates that ground/matching/written.py
describes."""

import string
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plateward.core.pages.csv_import import LineError, NotACsvFile
from plateward.field.hotlists.imports.mapper import Mapper
from plateward.field.hotlists.imports.ncic import NcicExtract, default_reasons
from plateward.field.hotlists.imports.plateward_csv import PlatewardCsv
from plateward.field.hotlists.imports.rows import FormatReader, ImportRow, NotAList, checked_row
from plateward.field.hotlists.imports.spec import FieldSpec, FormatSpec
from plateward.field.hotlists.imports.tests.made import HEAD, NCIC_HEAD, TERMS, read, vehicle
from plateward.field.hotlists.protected.table import RegisterFacts, parse_vehicles
from plateward.field.hotlists.protected.views import VehicleForm
from plateward.field.hotlists.requests.rules import listing_faults
from plateward.ground.matching.normalize import normalize
from plateward.ground.wire.read import Plate

MAPPED = Mapper(
    FormatSpec("delimited", {"plate": FieldSpec("1"), "reason": FieldSpec("=wanted_person")}, delimiter="|")
)
EXTRACT = NcicExtract(default_reasons())
BAD = ("ABC<1>", "=1+1", "+1+1", "@SUM1", "A'1", "ABC½", "ſBC1", "A/1")
GOOD = set(string.ascii_uppercase + string.digits + " -.")
NO_REGISTER = RegisterFacts(set(), {}, {})


def house(plate: str) -> list[tuple[int, str]]:
    return [
        (rejection.line, rejection.why)
        for rejection in read(PlatewardCsv(), (HEAD + f'"{plate}",NM,wanted_person,low,\n').encode())[1]
    ]


def ncic(plate: str) -> list[tuple[int, str]]:
    return [
        (rejection.line, rejection.why)
        for rejection in read(EXTRACT, (NCIC_HEAD + vehicle(1, plate=plate)).encode())[1]
    ]


def described(plate: str) -> list[tuple[int, str]]:
    return [(rejection.line, rejection.why) for rejection in read(MAPPED, f"AAA111\n{plate}\n".encode())[1]]


def register(plate: str) -> list[tuple[int, str]]:
    content = f'plate,state,kind\n"{plate}",NM,agency\n'.encode()
    return [(rejection.line, rejection.why) for rejection in parse_vehicles(content, NO_REGISTER).rejections]


@pytest.mark.clause("5.h/reports")
@pytest.mark.parametrize("plate", BAD)
@pytest.mark.parametrize("way", [house, ncic, described, register])
def test_a_file_says_of_which_line_the_plate_is_none(
    way: Callable[[str], list[tuple[int, str]]], plate: str
) -> None:
    ((line, why),) = way(plate)
    assert line == 2
    assert "plate" in why


@pytest.mark.django_db
@pytest.mark.parametrize("plate", BAD)
def test_what_is_typed_is_held_to_the_same(plate: str) -> None:
    assert "plate" in VehicleForm({"plate": plate, "state": "NM", "kind": "agency"}).errors
    assert [fault.field for fault in listing_faults({"plate": plate}, {}, False, TERMS.now)] == ["plate"]
    assert [
        fault.field
        for fault in listing_faults({"plate": plate[:1] + "BC?" + plate[1:]}, {}, False, TERMS.now)
    ] == ["plate"]


@given(st.text(alphabet=string.printable + "½ſ", max_size=18))
@example("ABC<1>")
def test_a_reader_sends_capitals_and_digits_alone(plate: str) -> None:
    content = msgspec.msgpack.encode(plate)
    try:
        taken = msgspec.msgpack.decode(content, type=Plate)
    except msgspec.ValidationError:
        return
    assert taken == normalize(taken)


@given(st.text(alphabet=string.printable + "½★ſı\u2028", max_size=24))
def test_the_one_way_into_a_list_takes_nothing_else(plate: str) -> None:
    try:
        taken = checked_row(ImportRow(line=1, plate=plate, state="NM", reason="wanted_person"), TERMS)
    except LineError:
        return
    assert set(taken.plate) <= GOOD
    assert taken.bare == normalize(plate)
    assert taken.plate[0].isalnum(), "no spreadsheet takes it for a formula"


FIRST = {PlatewardCsv: HEAD, NcicExtract: NCIC_HEAD, Mapper: ""}
LINES = st.lists(
    st.text(alphabet=string.ascii_uppercase + string.digits + " ,|\"';=+-@<>½\t", max_size=80)
    | st.builds(lambda plate: f"{plate},NM,wanted_person,low,", st.sampled_from((*BAD, "ABC123", "X-1")))
    | st.builds(lambda plate: vehicle(1, plate=plate[:10]).rstrip("\n"), st.sampled_from((*BAD, "ABC123"))),
    max_size=12,
)


@pytest.mark.clause("5.h/import", "5.h/reports")
@settings(max_examples=60)
@given(LINES, st.sampled_from((PlatewardCsv(), EXTRACT, MAPPED)))
def test_whatever_a_file_holds_each_line_is_taken_whole_or_rejected_with_its_number(
    lines: list[str], format: FormatReader
) -> None:
    content = FIRST[type(format)] + "\n".join(lines)
    try:
        rows, bad = read(format, content.encode())
    except NotAList:
        return
    assert all(set(row.plate) <= GOOD and row.plate[0].isalnum() for row in rows)
    assert all(rejection.why and 1 <= rejection.line <= content.count("\n") + 1 for rejection in bad)
    assert not {row.line for row in rows} & {rejection.line for rejection in bad}


@settings(max_examples=60)
@given(LINES)
def test_whatever_a_file_of_vehicles_holds_each_line_is_taken_or_rejected(lines: list[str]) -> None:
    content = "plate,state,kind\n" + "\n".join(lines)
    try:
        parsed = parse_vehicles(content.encode(), NO_REGISTER)
    except NotACsvFile:
        return
    assert all(set(row.plate) <= GOOD for row in parsed.rows)
