"""A protocol as its author, the Chief and whom it binds leave it."""

import re
from typing import Any

from plateward.people import days
from plateward.people.documents import actions
from plateward.people.documents.models import Protocol, ProtocolVersion
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import acting

TEXT = (
    "# Purpose\n\nReads are kept for as long as the order says.\n\n- Never copy an image.\n- Report a loss."
)


def draft(**more: Any) -> actions.Draft:
    given: dict[str, Any] = {
        "title": "Storage of reads",
        "kind": "storage",
        "summary": "First version.",
        "text": TEXT,
        "effective_on": days.today(),
        "acknowledge_within": None,
        "roles": [],
        "units": [],
        "courses": [],
        "retrain_within": None,
    }
    return actions.Draft(**given | more)


def submitted(protocol: Protocol | None = None, **more: Any) -> ProtocolVersion:
    if protocol:  # a change
        more = {"courses": ["policy"]} | more
    return actions.save_draft(acting("gloria"), protocol, draft(**more), seen="", submit=True)


def approved(protocol: Protocol | None = None, **more: Any) -> ProtocolVersion:
    version = submitted(protocol, **more)
    return actions.approve(acting("hector"), version, version.sha256)


def acknowledged(name: str, version: ProtocolVersion) -> None:
    actions.acknowledge(acting(name), version, version.sha256)


def open_notices(kind: Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind, settled_at=None).values_list("to__username", flat=True))


def hidden(page: bytes, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.decode())
    assert found
    return found[1]


def form(**more: Any) -> dict[str, Any]:
    return {
        "title": "Access from vehicles",
        "kind": "access",
        "summary": "First version.",
        "text": TEXT,
        "effective_on": str(days.today()),
        "seen": "",
    } | more
