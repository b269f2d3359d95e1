"""A description of an EIDO's incident for people: kind, place and time, whatever it contains."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links.eido import (
    LONG,
    NO_DESCRIPTION,
    IncidentDescription,
    describe_incident,
    read_document,
)
from plateward.simulators.cad_incidents import SimulatedIncident, eido
from plateward.testing import reference_path
from plateward.testing.eido import schema_errors

pytestmark = pytest.mark.clause("6.e.vii/added")
CIRCLE = "<gs:Circle><gml:pos>35.084400 -106.650400</gml:pos></gs:Circle>"
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


def test_kind_place_and_time_of_a_call_are_read() -> None:
    document = eido(
        SimulatedIncident(
            "2026-00412", "TRAFSTOP", "Traffic stop", "Mile 142, I-25", "2026-11-25T08:15:00-07:00"
        )
    )
    assert schema_errors(document) == []
    assert read_document(json.dumps(document).encode()).about == IncidentDescription(
        "Traffic stop", "TRAFSTOP", "Mile 142, I-25", datetime(2026, 11, 25, 15, 15, tzinfo=UTC)
    )


def test_what_a_call_does_not_say_is_left_open() -> None:
    incident = read_document(json.dumps(eido(SimulatedIncident("2026-00412"))).encode())
    assert incident.about == IncidentDescription("VehicleTheft", "VehicleTheft")


def test_the_address_of_the_standards_own_sample_is_spoken() -> None:
    sample = reference_path("formats", "eido", "Sample_call_transfer_EIDO.json").read_bytes()
    about = read_document(sample).about
    assert about.place == "42 W Cellular Street Wilmington DE"
    assert about.since == datetime(2021, 4, 30, 18, 40, tzinfo=UTC)


def test_a_point_on_the_map_is_better_than_no_place() -> None:
    assert describe_incident({}, [{}, {"locationByValue": CIRCLE}], []).place == "35.084400, -106.650400"


def test_what_is_long_or_not_printable_is_one_short_line() -> None:
    about = describe_incident({"incidentTypeInternalText": "Stop\x1b[2J\n" + "x" * 500}, [], [])
    assert about.kind.startswith("Stop [2J x")
    assert len(about.kind) == LONG


@given(ANY, ANY, ANY)
def test_it_never_raises(kind: Any, place: Any, since: Any) -> None:
    about = describe_incident(
        {"incidentTypeInternalText": kind, "incidentTypeCommonRegistryText": kind},
        [{"locationDescriptionText": place, "locationByValue": place}],
        [{"callStartTimestamp": since}],
    )
    assert about.since is None or about.since.tzinfo
    assert describe_incident({}, [], []) == NO_DESCRIPTION
