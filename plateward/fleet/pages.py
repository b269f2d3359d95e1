"""What pages about one reader share."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from plateward.audit.events import Event
from plateward.audit.log import record_refusal
from plateward.fleet.models import Reader
from plateward.fleet.reach import readers_for
from plateward.people.http import actor_of, person_of
from plateward.policy.decision import Refusal, Refused
from plateward.policy.trace import enforces


@enforces("6.b.i.8", "6.b.i.9", "6.c.ii")
def visible_reader(request: HttpRequest, pk: int) -> Reader:
    """The page's reader, if this person may see it; otherwise raises Refused, with an audit entry."""
    reader = get_object_or_404(Reader.objects.select_related("unit"), pk=pk)
    if readers_for(person_of(request)).filter(pk=pk).exists():
        return reader
    refusal = Refusal(
        "6.b.i.8",
        "This reader belongs to another unit.",
        "You see readers of your unit and of people you supervise. You can report a malfunction of any reader "
        "from one of its alerts.",
    )
    record_refusal(actor_of(request), Event.READER_VIEW, f"reader:{reader.name}", refusal)
    raise Refused(refusal)
