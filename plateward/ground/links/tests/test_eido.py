"""Incidents as EIDO documents: the hub's are valid by the schema, and others' are read within bounds."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links.eido import (
    AT_MOST,
    MARKING,
    REQUIRED,
    AlertEnding,
    CadUnit,
    Incident,
    IncidentNote,
    IncidentStatus,
    NoEido,
    ReadPlace,
    read_document,
    write_document,
)
from plateward.simulators.cad_incidents import Incidents, eido
from plateward.simulators.cad_incidents import SimulatedIncident as Known
from plateward.testing import reference_path
from plateward.testing.eido import schema_errors

AT = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
WHOLE = Incident(
    key="lpr-7",
    number="2026-10001",
    agency="NM0000000",
    element="alpr.example.gov",
    at=AT,
    type_code="LPRHIT",
    type_text="LPR hit: may be a stolen vehicle (NCIC)",
    common_type="VEHSTLN",
    high=True,
    status=IncidentStatus.CLOSED,
    notes=(IncidentNote("lpr-7-alert-1", AT, "Alert 1 was verified."),),
    places=(ReadPlace(AT, 35.0844, -106.6504, 5.0, "Unit 12 rear"),),
    endings=(AlertEnding("lpr-7-end-1", AT, "enforcement", "1 arrest; 1 vehicle towed"),),
)
BARE = Incident(
    "lpr-8", "", "NM0000000", "alpr", AT, "LPRHIT", "LPR hit", "ATL", False, IncidentStatus.OPEN, (), (), ()
)


@pytest.mark.clause("6.e.vii/type", "6.e.iii/marked")
@pytest.mark.parametrize("incident", [WHOLE, BARE], ids=["whole", "bare"])
def test_a_written_document_is_valid_by_the_schema_and_marked(incident: Incident) -> None:
    document = json.loads(write_document(incident))
    assert schema_errors(document) == []
    about = document["incidentComponent"]
    assert about["incidentTypeInternalCode"] == "LPRHIT"
    assert MARKING in about["incidentTypeInternalText"]
    first = about["notesReference"][0]["$ref"]
    assert next(note for note in document["notesComponent"] if note["$id"] == first)[
        "notesActionComments"
    ].startswith(MARKING)
    assert "35.084400 -106.650400" in json.dumps(document) or not incident.places


def test_the_schema_finds_a_fault() -> None:
    document = json.loads(write_document(WHOLE))
    del document["incidentComponent"]["incidentTypeCommonRegistryText"]
    [fault] = schema_errors(document)
    assert "incidentTypeCommonRegistryText" in fault


def test_the_types_that_are_sent_are_of_the_registry() -> None:
    codes = json.loads(reference_path("formats", "codes", "apco_incident_category_codes.json").read_bytes())
    assert {WHOLE.common_type, BARE.common_type} <= set(codes["apcoIncidentCategoryCodeSimpleType"])


def test_what_was_written_is_read_again() -> None:
    incident = read_document(write_document(WHOLE))
    assert incident.id == "urn:emergency:uid:incidentid:lpr-7:NM0000000"
    assert (incident.number, incident.at, incident.status) == ("2026-10001", AT, IncidentStatus.CLOSED)
    assert {"2026-10001", "LPR-7"} <= incident.names
    assert "lpr-7-alert-1" in incident.notes
    assert read_document(write_document(BARE)).number == ""


def test_the_sample_of_the_standard_is_read_and_valid() -> None:
    sample = reference_path("formats", "eido", "Sample_call_transfer_EIDO.json").read_bytes()
    incident = read_document(sample)
    assert incident.id == "urn:emergency:uid:incidentid:a56e556d871:bcf.state.pa.us"
    assert (incident.number, incident.status, incident.units) == ("", IncidentStatus.OPEN, ())
    assert schema_errors(json.loads(sample)) == []


def test_the_simulated_cad_speaks_by_the_schema_too() -> None:
    cad = Incidents([Known("2026-00412")])
    answer = cad.take("one", write_document(BARE))
    cad.assign(answer["incidentComponent"]["internalIncidentId"], "Unit 14")
    now = cad.take("one", write_document(BARE))
    for document in (answer, now, eido(Known("2026-00412"))):
        assert schema_errors(document) == []
    assert read_document(json.dumps(now).encode()).units == (CadUnit("Unit 14", "Assigned"),)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ({"incidentStatusCommonRegistryText": ["Active"]}, IncidentStatus.OPEN),
        ({"incidentStatusCommonRegistryText": ["Closed"]}, IncidentStatus.CLOSED),
        ({"incidentStatusInternalText": ["CLOSED - 10-8"]}, IncidentStatus.CLOSED),
        ({"incidentStatusInternalText": ["Canceled"]}, IncidentStatus.CANCELLED),
        ({"incidentStatusCommonRegistryText": ["Closed", "Cancelled"]}, IncidentStatus.CANCELLED),
        ({"incidentStatusCommonRegistryText": "Closed"}, IncidentStatus.OPEN),
        ({}, IncidentStatus.OPEN),
    ],
)
def test_closed_and_cancelled_are_told_apart(statuses: dict[str, Any], status: IncidentStatus) -> None:
    document = eido(Known("1"))
    document["incidentComponent"] |= statuses
    assert read_document(json.dumps(document).encode()).status == status


@pytest.mark.parametrize("missing", REQUIRED)
def test_an_object_without_what_eido_requires_is_none(missing: str) -> None:
    with pytest.raises(NoEido):
        read_document(json.dumps(eido(Known("1")) | {missing: None}).encode())


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-25T15:30:00", 17, "9" * 5000])
def test_a_time_that_cannot_be_compared_makes_it_none(at: Any) -> None:
    with pytest.raises(NoEido):
        read_document(json.dumps(eido(Known("1")) | {"lastUpdateTimeStamp": at}).encode())


def test_of_units_without_end_the_first_are_read() -> None:
    unit = {"emergencyResourceName": "x" * 1000}
    incident = read_document(
        json.dumps(eido(Known("1")) | {"emergencyResourceComponent": [unit] * 1000}).encode()
    )
    assert len(incident.units) == AT_MOST
    assert len(incident.units[0].name) < 100


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*json.loads(write_document(WHOLE)), "emergencyResourceComponent", "x"]
ABOUT = [*json.loads(write_document(WHOLE))["incidentComponent"], "incidentStatusInternalText"]


@given(st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_is_no_eido_makes_it_fail(body: bytes) -> None:
    with pytest.raises(NoEido):
        read_document(body)


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    st.dictionaries(st.sampled_from(ABOUT), JSON, max_size=4),
)
def test_an_eido_with_anything_in_its_fields_never_makes_it_fail(
    changed: dict[str, Any], incident: dict[str, Any]
) -> None:
    document = json.loads(write_document(WHOLE)) | {"incidentComponent": incident} | changed
    with suppress(NoEido):
        read_document(json.dumps(document).encode())


@pytest.mark.clause("6.a.iii/worth")
@pytest.mark.parametrize(
    ("vehicle", "plates"),
    [
        ({"ncConveyanceRegistrationPlateIdentification": {"ncIdentificationID": "ABQ 123"}}, {"ABQ 123"}),
        (
            {"nc:ConveyanceRegistrationPlateIdentification": [{"nc:IdentificationID": "ABQ123"}, "XYQ9"]},
            {"ABQ123", "XYQ9"},
        ),
        ({"ncConveyanceColorPrimaryText": "red"}, set()),
        ({"ncConveyanceRegistrationPlateIdentification": {"ncIdentificationID": ["ABQ123"]}}, set()),
        ("ABQ123", set()),
        (None, set()),
    ],
)
def test_the_plates_of_an_incidents_vehicles_are_read_within_bounds(vehicle: Any, plates: set[str]) -> None:
    document = eido(Known("2026-7", plates=("ABQ123",)))
    assert schema_errors(document) == []
    assert read_document(json.dumps(document).encode()).plates == {"ABQ123"}
    document["vehicleComponent"][0]["ncVehicleComponent"] = vehicle
    assert read_document(json.dumps(document).encode()).plates == plates
    document["vehicleComponent"] = vehicle
    assert read_document(json.dumps(document).encode()).plates == set()
