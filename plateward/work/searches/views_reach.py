"""Whose reads each duty searches: a page of the administrator."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.decisions.rules import THOROUGH, says_enough
from plateward.core.pages.acts import submitted
from plateward.core.pages.fields import ButtonsField, LongTextField
from plateward.ground.policy.decision import Allow, Decision, Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.http import actor_of
from plateward.people.permissions import Role
from plateward.people.rules import not_signed
from plateward.work.searches.models import Reach, SearchReach
from plateward.work.searches.scope import USUAL_REACH, reach_of, reach_set


@enforces("6.b.i.8/scope", "6.e.ii/own")
def may_reach(role: str, reach: str, reason: str) -> Decision:
    """Whether the searches of this role may reach so far, for this reason."""
    if role not in USUAL_REACH or reach not in Reach:
        return Refusal(
            "6.b.i.8",
            "This is no role whose searches can be set, or no reach.",
            "Choose a role and a reach from the lists.",
        )
    if not says_enough(reason, THOROUGH):
        return Refusal(
            "6.b.i.8",
            "The reason does not say why the duty needs it.",
            "Say in a sentence what the role’s duty is, and who decided it.",
            field="reason",
        )
    return Allow()


@enforces("6.b.i.8/scope", "6.e.ii/own", "6.b.i.9/entries")
def set_reach(actor: PersonActor, role: str, reach: str, reason: str) -> None:
    """From now on, for running searches too. Raises Refused."""
    with act(actor, Event.SEARCH_REACH, f"role:{role}", reason=reason) as entry:
        require(may_reach(role, reach, reason))
        entry.note(reach=reach, before=str(reach_set(Role(role))))
        SearchReach.objects.create(role=role, reach=reach, reason=reason.strip(), by=actor.person)


class ReachForm(forms.Form):
    """How far the searches of one role reach from now on."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in USUAL_REACH],
        help_text="The duty whose searches this is about.",
    )
    reach = ButtonsField(Reach.choices, "Whose reads", "From now on, for running searches too.")
    reason = LongTextField(
        3, "Reason", "What the duty needs, and who decided it. It stays on record.", max_length=1000
    )


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.8/scope", "6.e.ii/own")
def show_reach(request: HttpRequest) -> HttpResponse:
    """Context: form; refusal; rows of (role, reach, as it is set, usual); changes; held_back."""
    sent, form = submitted(request, ReachForm)
    if sent.valid:
        with sent:
            set_reach(actor_of(request), **form.cleaned_data)
            role, reach = (form.cleaned_data[name] for name in ("role", "reach"))
            return sent.done(f"{Role(role).label}: {Reach(reach).label.lower()}.", "searches:reach")
    record(actor_of(request), Event.SEARCH_VIEW, "searches:reach")
    changes = [
        (Role(row.role).label, row.get_reach_display(), row)
        for row in SearchReach.objects.select_related("by")[:20]
    ]
    rows = [(role.label, reach_of(role), reach_set(role), usual) for role, usual in USUAL_REACH.items()]
    held_back = not_signed("This")
    return sent.render("searches/reach.html", rows=rows, changes=changes, held_back=held_back)
