"""Every example line of the lists that states send can be described, or is rejected with its reason.

The lines stay in ../shared; here is only how each is described.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plateward.core.pages.csv_import import RejectedLine
from plateward.field.hotlists.imports.mapper import Mapper
from plateward.field.hotlists.imports.rows import FileLine, ImportRow, ImportTerms
from plateward.field.hotlists.imports.spec import FieldSpec, FormatSpec
from plateward.field.hotlists.reasons import REASONS
from plateward.testing import reference_path

TERMS = ImportTerms(REASONS, datetime(2018, 1, 1, tzinfo=UTC), ZoneInfo("America/Denver"))
# NCIC's file codes, as several states pass them on.
FILE_CODES = """
A = amber_alert
C = officer_safety
M = missing_person
P = stolen_plate
V = stolen_vehicle
W = wanted_person"""
NOT_A_REASON = "the format skips lines with"


def fixed(**fields: str | FieldSpec) -> FormatSpec:
    return FormatSpec("fixed", _fields(fields))


def delimited(delimiter: str = ",", **fields: str | FieldSpec) -> FormatSpec:
    return FormatSpec("delimited", _fields(fields), delimiter=delimiter)  # type: ignore[arg-type]


def _fields(given: dict[str, str | FieldSpec]) -> dict[str, FieldSpec]:
    return {name: FieldSpec(field) if isinstance(field, str) else field for name, field in given.items()}


def ncic(**columns: str) -> FormatSpec:
    """A comma-separated form of the NCIC extract."""
    return delimited(
        reason=FieldSpec("1", "characters 1", FILE_CODES),
        nic="1",
        ori="2",
        listed_on="3",
        plate="4",
        state="5",
        **columns,
    )


FORMATS: dict[str, tuple[FormatSpec, dict[str, object] | str]] = {
    "al_state": (
        delimited(plate="1", nic="3", make="4", color="6", year="7", state="9",
                  reason=FieldSpec("8", codes="Stolen Vehicle or Vehicle Part = stolen_vehicle")),
        {"plate": "TAGHERE1", "state": "WA", "reason": "stolen_vehicle", "vehicle": "1985 CHEV RED"},
    ),
    "ca_doj_clew": (
        fixed(plate="1-8", state="9-10", reason="=stolen_vehicle", listed_on="13-20"),
        {"plate": "ABC1234", "state": "CA"},
    ),
    "co_ccic": (
        fixed(plate="1-10", state="11-12", year="35-38", make="40-43", model="45-47", color="49-",
              reason=FieldSpec("13-34", codes="Attempt To Locate = missing_person")),
        {"plate": "ABC123", "state": "CO", "reason": "missing_person", "vehicle": "2002 FORD FOC BLK"},
    ),
    "fl_state": (
        delimited(";", plate="11", plate_year="12", state="13", plate_type="14", nic="6", ori="2", number="4",
                  reason=FieldSpec("1", codes="STOLEN LICENSE PLATE = stolen_plate"),
                  listed_on=FieldSpec("8", dates="%m/%d/%Y")),
        {"plate": "ABC123", "state": "FL", "reason": "stolen_plate", "number": "11-1234", "plate_type": "PC"},
    ),
    "ga_spalder": (
        delimited(plate=FieldSpec("1", 'before " "'), state=FieldSpec("1", "word 2\ncharacters 1-2"),
                  make="2", year="3",
                  model="4", color="5", reason=FieldSpec("1", 'after "#"\ncharacters 2-', "EXPIRED = -")),
        NOT_A_REASON,
    ),
    "ia_state": (
        delimited(plate=FieldSpec("1", "characters 2-"), plate_year="2", plate_type="3", state="4", ori="7",
                  nic="5", reason=FieldSpec("5", "characters 1", "R = stolen_vehicle")),
        {"plate": "MAC272", "state": "ON", "reason": "stolen_vehicle", "nic": "R004163992"},
    ),
    "il_leads": (
        fixed(plate="1-8", state=FieldSpec("9-10", codes="WI = WI\nIL = IL"), plate_type="11-12",
              reason=FieldSpec("13-", 'before " "', "STOLEN = stolen_vehicle"),
              year=FieldSpec("13-", 'after "VYR/"\nbefore " "'), make=FieldSpec("13-", 'after "VMA/"\nbefore " "'),
              model=FieldSpec("13-", 'after "VMO/"\nbefore " "'), style=FieldSpec("13-", 'after "VST/"\nbefore " "'),
              color=FieldSpec("13-", 'after "VCO/"\nbefore " "'),
              listed_on=FieldSpec("13-", 'after "DOT/"\nbefore " "', dates="%m%d%y"),
              nic=FieldSpec("13-", 'after "LDS/"\nbefore " "')),
        {"plate": "660JEM", "state": "WI", "reason": "stolen_vehicle", "vehicle": "05 DODG MAG 4D RED",
         "nic": "V16A0661"},
    ),
    "il_sos": (
        fixed(plate="1-9", state="10-11", reason=FieldSpec("14-", 'before " "', "REVOKED = -")),
        NOT_A_REASON,
    ),
    "in_dmv": (
        delimited(plate="21", state="17", plate_year="19", plate_type="20", model="18",
                  reason=FieldSpec("14", codes="HABITUAL TRAFFIC VIOLATOR - LIFE = -")),
        NOT_A_REASON,
    ),
    "kansas_state": (
        fixed(plate=FieldSpec("1-", "word 1"), state=FieldSpec("1-", "word 2\ncharacters 1-2"),
              reason=FieldSpec("1-", 'after "#"\ncharacters 2-\nbefore "!"', "STOLEN PLATE = stolen_plate"),
              plate_type=FieldSpec("1-", 'after "! "\nword 1'),
              year=FieldSpec("1-", 'after "! "\nword 2\ncharacters 1-4'),
              make=FieldSpec("1-", 'after "! "\nword 2\ncharacters 5-8'), listed_on=FieldSpec("1-", "word 7")),
        {"plate": "ABC123", "state": "KS", "reason": "stolen_plate", "vehicle": "2016 CHEV", "plate_type": "PC"},
    ),
    "ks_topeka": (
        delimited(reason=FieldSpec("1", codes=FILE_CODES), ori="2", listed_on="3", plate="4", state="5", plate_year="6",
                  plate_type="7", year="8", make="9", model="10", style="11", color="12"),
        {"plate": "85TF66", "state": "NY", "reason": "stolen_vehicle", "vehicle": "2005 YAMA CYL MC BLK"},
    ),
    "mi_state": (
        fixed(nic="1-10", reason=FieldSpec("1", codes=FILE_CODES), ori="11-19", listed_on="20-27", plate="28-37",
              state="38-39", plate_year="40-43", plate_type="44-45", year="46-49", make="50-53", model="54-56",
              style="57-58", color="59-65"),
        {"plate": "AHG5263", "state": "WI", "reason": "missing_person", "plate_type": "PC", "nic": "M035777045"},
    ),
    "mn_ncic": (
        ncic(plate_year="6", plate_type="7", year="8", make="9", model="10", style="11", color="12"),
        {"plate": "JFJ4764", "state": "OH", "nic": "C845996328", "vehicle": "2013 CHEV AVA PK CRM"},
    ),
    "ncic": (
        fixed(nic="1-10", reason=FieldSpec("1", codes=FILE_CODES), ori="11-19", listed_on="20-27", plate="28-37",
              state="38-39", plate_year="40-43", plate_type="44-45", year="46-49", make="50-53", model="54-56",
              style="57-58", color="59-"),
        {"plate": "AB123456", "state": "CA", "reason": "stolen_vehicle", "vehicle": "2009 YAMA CYL MC BLK"},
    ),
    "nj_mvc": (
        fixed(plate="28-37", state="38-39", year="46-49", make="50-52", style="54-56", color="59-",
              reason=FieldSpec("1", codes="S = stolen_vehicle")),
        {"plate": "ABC123", "state": "NJ", "reason": "stolen_vehicle"},
    ),
    "ny_state": (
        fixed(plate="1-10", state="11-12", make="17-20", color="21-",
              plate_type=FieldSpec("13-15", codes="PAS = PC"),
              reason="=stolen_vehicle"),
        {"plate": "ABC1234", "state": "NY", "plate_type": "PC", "vehicle": "BUIC WH"},
    ),
    "oh_leads": (
        delimited(" ", plate="2", state="3", listed_on=FieldSpec("5", dates="%m/%d/%Y"), make="6", plate_type="7",
                  year="8", color="9", nic="11", reason=FieldSpec("11", "characters 1", FILE_CODES)),
        {"plate": "ABC123", "state": "MI", "reason": "stolen_vehicle", "nic": "V987654321"},
    ),
    "simple": (delimited(plate="1", reason="=wanted_person"),
               {"plate": "ABC123", "state": "", "reason": "wanted_person"}),
    "tx_ncic": (
        ncic(plate_year="6", year="7", make="8", model="9", style="10", color="11"),
        {"plate": "GGX6728", "state": "OH", "vehicle": "2009 D0DG CHA 4D GRY"},
    ),
    "tx_tcic": (
        delimited(plate="2", state="3", year="4", make="5", plate_type="6", style="7", color="8", nic="1",
                  reason=FieldSpec("1", "characters 1-2", "TW = wanted_person")),
        {"plate": "17MFM5", "state": "TX", "reason": "wanted_person", "plate_type": "TK"},
    ),
    "wa_ncic": (
        fixed(nic="3-10", reason=FieldSpec("3", codes=FILE_CODES), ori="11-19", listed_on="20-27", plate="28-37",
              state="38-39", plate_year="40-43", plate_type="44-45"),
        {"plate": "BN0W111", "state": "WA", "reason": "stolen_vehicle", "plate_year": "2022"},
    ),
    "wa_stolen_vehicles": (
        delimited(ori="2", plate="3", state="4", plate_year="5", plate_type="6", year="8", make="9", model="10",
                  style="11", color="12", listed_on=FieldSpec("13", dates="%m/%d/%Y"), number="14",
                  reason=FieldSpec("1", codes="EVS = stolen_vehicle")),
        {"plate": "921RQE", "state": "WA", "reason": "stolen_vehicle", "number": "22-08882"},
    ),
}  # fmt: skip


def examples() -> Iterator[tuple[str, str]]:
    path = reference_path("formats", "hotlists", "state_example_lines.tsv")
    for line in path.read_text().splitlines():
        key, _, text = line.split("\t", 2)
        yield key, text


@pytest.mark.clause("5.f/reasons", "5.h/import")
def test_every_example_line_maps_or_is_rejected_with_its_reason() -> None:
    lines = dict(examples())
    assert lines.keys() == FORMATS.keys()
    for key, text in lines.items():
        spec, wanted = FORMATS[key]
        (row,) = Mapper(spec).read(iter([FileLine(1, text)]), TERMS)
        if isinstance(wanted, str):
            assert isinstance(row, RejectedLine), key
            assert wanted in row.why, key
        else:
            assert isinstance(row, ImportRow), (key, row)
            assert {name: getattr(row, name) for name in wanted} == wanted, key
