"""One's own searches by their addresses."""

from django.http import Http404, HttpRequest

from plateward.core.audit.events import Event
from plateward.core.audit.log import record_refusal
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.work.searches import records
from plateward.work.searches.models import Search


@enforces("6.b.i.8/scope", "6.b.i.9/denied")
def own_search_or_404(request: HttpRequest, pk: int, event: Event = Event.SEARCH_VIEW) -> Search:
    """One of my searches, with all that its state needs. Any other is not there; the attempt is recorded as a refused
    `event`."""
    try:
        return records.own_search(person_of(request), pk)
    except records.NotTheirs as error:
        record_refusal(actor_of(request), event, f"search:{pk}", error.refusal)
        raise Http404("There is no such search.") from error
