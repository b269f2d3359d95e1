"""An incident, as CAD has it."""

from datetime import UTC, datetime

from plateward.ground.links import eido as documents

NUMBER = "2026-00412"
DOCUMENT = documents.write_document(
    documents.Incident(
        key="lpr-7",
        number="",
        agency="NM0000000",
        element="alpr.example.gov",
        at=datetime(2026, 11, 25, tzinfo=UTC),
        type_code="LPRHIT",
        type_text="LPR hit",
        common_type="ATL",
        high=True,
        status=documents.IncidentStatus.OPEN,
        notes=(),
        places=(),
        endings=(),
    )
)
