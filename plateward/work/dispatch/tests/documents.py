"""The documents CAD would receive."""

import json
from typing import Any

from plateward.ground.links.eido import write_document
from plateward.testing.eido import schema_errors
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.dispatch.documents import incident
from plateward.work.dispatch.models import Call

STORY = "Waited at the exit of the lot for an hour; the vehicle did not come out again."
GONE = DispositionAccount(AlertOutcome.NOT_LOCATED, STORY)


def document(call: Call) -> dict[str, Any]:
    """What CAD would receive now; always valid by EIDO's schema."""
    document: dict[str, Any] = json.loads(write_document(incident(Call.objects.get(pk=call.pk))))
    assert schema_errors(document) == []
    return document
