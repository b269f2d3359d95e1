"""Days whose reads cannot be used: the Chief decides that a restored copy is destroyed, or acknowledges a loss."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import submitted
from plateward.people.http import actor_of
from plateward.policy.trace import enforces
from plateward.retention.forms import CopyForm, LossForm
from plateward.retention.restored import acknowledge_loss, discard_copy, unusable_days


@require_http_methods(["GET", "POST"])
@enforces("6.h.ii", "6.c.i.1", "MP-6")
def copies(request: HttpRequest) -> HttpResponse:
    """Decide that a copy is destroyed, after a new proof of the second factor (people/routes.py)."""
    set_aside = [unusable.day for unusable in unusable_days() if unusable.day and unusable.set_aside]
    sent, form = submitted(request, CopyForm, days=set_aside)
    if sent.valid:
        with sent:
            discard_copy(actor_of(request), **form.cleaned_data)
            day = clock.format_day(form.cleaned_data["day"])
            return sent.done(f"The restored copy of {day} is destroyed.", "retention:index")
    record(actor_of(request), Event.RETENTION_VIEW, "copies", days=[day.isoformat() for day in set_aside])
    return sent.render("retention/copies.html", set_aside=set_aside)


@require_http_methods(["GET", "POST"])
@enforces("6.h.ii", "6.j.i", "6.c.i.1")
def losses(request: HttpRequest) -> HttpResponse:
    """Acknowledge that the reads of a day are lost, after a new proof of the second factor (people/routes.py)."""
    unusable = [item for item in unusable_days() if item.day and item.is_lost]
    waiting = [item.day for item in unusable if item.day and not item.acknowledged]
    sent, form = submitted(request, LossForm, days=waiting)
    if sent.valid:
        with sent:
            acknowledge_loss(actor_of(request), **form.cleaned_data)
            day = clock.format_day(form.cleaned_data["day"])
            return sent.done(f"The loss of the reads of {day} is acknowledged.", "retention:index")
    record(actor_of(request), Event.RETENTION_VIEW, "losses", days=[day.isoformat() for day in waiting])
    return sent.render("retention/losses.html", waiting=waiting)
