"""Printed documents: a room's Typst template and its data, as a PDF that screen readers read (PDF/UA) and archives keep
(PDF/A). The first page has the agency's name and seal; every page the marking, and who printed it when, behind its
text."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import typst
from django.conf import settings
from django.utils.timezone import localtime

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import MARKING
from plateward.core.audit.log import act
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces

ROOMS = Path(__file__).parents[2]
# All but the Latin, Greek and Cyrillic letters and the punctuation that each of Typst's own fonts has.
RARE = re.compile(
    "[^\n\t -~\xa0-\u0377\u0388-\u038a\u0391-\u03a1\u03a3-\u0484\u0487-\u04ff"
    "\u1e00-\u1eff\u2010-\u2027\u2030-\u2040\u20ac]"
)
FRAMING = "\x02\x03"  # around a message on a wire: answers that were stored long ago have them


@enforces("6.b.i.9/entries", "6.b.i.9/first", "6.b.i.10/failure", "6.b.i.11/contained", "5.c/cji")
def export_pdf(
    actor: Actor,
    event: Event,
    object: str,
    template: str,
    data: Mapping[str, Any],
    mentions: Iterable[str] = (),
    *,
    reason: str = "",
    notes: Mapping[str, Any] | None = None,
) -> bytes:
    """The template (its path below `plateward/`), which reads `data` by the same names. On the log
    as `event` of `object` before it leaves. Raises Refused while exports are stopped, LogUnavailable, and TypstError,
    which is on the log as failed. `notes`: what else its entry says.
    """
    export, at = uuid4().hex[:12], localtime(clock.now())
    printed_by = f"{actor.name} ({actor.id})"
    mark = {
        "by": printed_by,
        "text": f"Export {export} · {printed_by} · {clock.format_day(at)}, {at:%H:%M %Z}",
    }
    try:
        content = _typeset(template, {**data, "agency": _agency(), "mark": mark, "marking": MARKING}, at)
    except typst.TypstError:
        with act(actor, event, object, reason=reason):  # after the attempt: meanwhile nobody else could write
            raise
    with act(actor, event, object, reason=reason) as entry:
        entry.note(**(notes or {}))
        require(may_leave())
        digest = hashlib.sha256(content).hexdigest()
        entry.mention(*mentions)
        entry.note(export=export, format="pdf", bytes=len(content), sha256=digest)
    return content


def _agency() -> dict[str, Any]:
    """Whose paper it is. The seal as numbers: Typst reads no other form of bytes from its data."""
    name, seal, ori = settings.AGENCY_NAME, settings.AGENCY_SEAL, f"ORI {settings.AGENCY_ORI}"
    return {"name": name or ori, "below": ori if name else "", "seal": list(seal) if seal else None}


def _typeset(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF. If a character cannot be displayed or kept (an emoji), each that is rare is printed as its number: one
    in a reason must not keep a record from being printed for good. What only framed a message is left out."""
    encoded = msgspec.json.encode(data)
    values = {"data": encoded.decode()}

    def typeset() -> bytes:
        return typst.compile(
            ROOMS / template,
            root=ROOMS,
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(at.timestamp()),
            sys_inputs=values,
        )

    try:
        return typeset()
    except typst.TypstError:
        values["data"] = msgspec.json.encode(_numbered(msgspec.json.decode(encoded))).decode()
        return typeset()


def _numbered(value: Any) -> Any:
    """The same with each rare character as its number: [U+1F600]."""
    match value:
        case str():
            return RARE.sub(lambda rare: "" if rare[0] in FRAMING else f"[U+{ord(rare[0]):04X}]", value)
        case list():
            return [_numbered(item) for item in value]
        case dict():
            return {key: _numbered(item) for key, item in value.items()}
    return value
