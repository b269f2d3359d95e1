"""The Communications console, one call, an officer's message to dispatch, and looking up a call in CAD by number:
from an alert's page or the console, shown before it is chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.forms import NumberField
from plateward.core.cases.rules import flaw
from plateward.core.pages.acts import failure_as_message
from plateward.ground.links.eido import CadIncident
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alert_or_404, alerts_for
from plateward.work.alerts.models import Alert, Confirmation
from plateward.work.alerts.page.context import alert_context
from plateward.work.dispatch import actions, console
from plateward.work.dispatch.models import Call

RECENT = 50
FIND_ID = "find_%s"  # ids of fields, on a page with other rooms' forms
LARGEST = 2**63 - 1  # largest key


class NotifyDispatchForm(forms.Form):
    """To the call that it belongs to, or to a chosen one."""

    call = forms.ChoiceField(
        label="Call",
        required=False,
        help_text="The call for service on which Communications sees this alert.",
    )

    def __init__(self, calls: Iterable[Call], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["call"]
        field.widget.attrs["form"] = "tell"  # on an alert's page it stands apart from its button
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            ("", "The open call of this plate nearby, or a new one"),
            *((str(call.pk), str(call).capitalize()) for call in calls),
        ]


class FindCallForm(forms.Form):
    """A call by CAD's number."""

    number = NumberField(
        label="CAD number",
        help_text="Number of the call for service, as CAD shows it: letters, digits and dashes.",
        error_messages={"required": "Enter the call number as CAD shows it (clause 6.e.vii)."},
    )

    def clean_number(self) -> str:
        """A number that CAD can know."""
        number: str = self.cleaned_data["number"]
        if flaw(number):
            raise forms.ValidationError(
                "This is not a CAD number: 5 to 40 letters, digits and dashes, with at least 4 digits, not all "
                "the same. Enter it as CAD shows it (clause 6.e.vii)."
            )
        return number


class FindCallForAlertForm(FindCallForm):
    """The same on the console, for an alert by its number."""

    alert = forms.IntegerField(
        label="Alert",
        min_value=1,
        max_value=LARGEST,
        help_text="Its number.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "Enter the alert number as the console shows it.",
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    field_order = ("alert", "number")


@require_GET
@enforces("6.c.i.4/role")
def console_page(request: HttpRequest) -> HttpResponse:
    """The console. Its board reloads every few seconds."""
    context = record_board(request, board_context(request))
    return render(request, "dispatch/console.html", context | {"find": FindCallForAlertForm()})


@require_GET
@enforces("6.b.i.9/first")
def board(request: HttpRequest) -> HttpResponse:
    """For an open console, which polls: the current board, or nothing if the page already has it, so that it
    shows nothing that is not on the log."""
    context = board_context(request)
    if constant_time_compare(context["fingerprint"], request.GET.get("shown", "")):
        return HttpResponse(status=204)
    return render(request, "dispatch/board.html", record_board(request, context))


def board_context(request: HttpRequest) -> dict[str, Any]:
    """The board's context. `shown` identifies its content within this session; nobody else can guess it."""
    board = console.board(person_of(request))
    digest = salted_hmac("dispatch.board", f"{request.session.session_key}\n{console.fingerprint(board)}")
    may_tell = Permission.DISPATCH_TELL in person_of(request).permissions
    return {**board, "fingerprint": digest.hexdigest(), "may_tell": may_tell}


@enforces("6.b.i.9/entries", "6.b.i.9/first")
def record_board(request: HttpRequest, board: dict[str, Any]) -> dict[str, Any]:
    """The board's context, after logging which calls and alerts it shows."""
    calls = [row.call.pk for row in (*board["calls"], *board["closed"])]
    alerts = [alert["number"] for alert in (*board["alerts"], *board["silent"])]
    record(actor_of(request), Event.CALL_VIEW, "dispatch console", calls=calls, alerts=alerts)
    return board


@require_GET
@enforces("6.c.ii/lists")
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: its alerts, what CAD has of it, and its changes, minus those about alerts that this person
    may not see."""
    me = person_of(request)
    call = get_object_or_404(console.calls_for(me), pk=pk)
    row = console.call_rows([call], me)[0]
    numbers = [alert["number"] for alert in row.alerts]
    record(actor_of(request), Event.CALL_VIEW, f"call:{pk}", alerts=numbers)
    read = {
        entry.alert_id: entry for entry in Confirmation.objects.filter(alert__in=numbers).select_related("by")
    }
    visible = Q(alert=None) | Q(alert__in=alerts_for(me))
    changes = call.changes.filter(visible).select_related("message").order_by("-pk")
    context = {
        "call": call,
        "row": row,
        "alerts": [(alert, read.get(alert["number"])) for alert in row.alerts],
        "changes": changes[:RECENT],
    }
    return render(request, "dispatch/call.html", context)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send CAD the call once more."""
    call = get_object_or_404(console.calls_for(person_of(request)), pk=pk)
    actions.send_again(actor_of(request), call)
    messages.success(request, f"{str(call).capitalize()} was sent to CAD in its current state.")
    return redirect("dispatch:call", pk=pk)


@require_GET
@enforces("6.e.vii/added", "6.b.i.9/entries")
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispatch on an alert's page, which asks when it hears of a change."""
    alert = alert_or_404(request, pk)
    record(actor_of(request), Event.CALL_VIEW, f"alert:{pk}")
    return render(request, "dispatch/panel.html", {"alert": alert})


@require_POST
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """One act: for the alert's own call, a chosen one, or one by CAD's number. The result appears on the page
    that sent it."""
    alert = alert_or_404(request, pk)
    back = redirect("dispatch:console") if "console" in request.POST else redirect("alerts:alert", pk=pk)
    form, named = NotifyDispatchForm(open_calls(request), request.POST), FindCallForm(request.POST)
    by_number = "number" in request.POST
    if not form.is_valid():
        messages.error(request, "This call is closed or not open to you. Choose again.")
        return back
    if by_number and not named.is_valid():
        messages.error(request, str(named.errors["number"][0]))
        return back
    call = form.cleaned_data["call"]
    with failure_as_message(request):
        if by_number:
            made = actions.add_to_cad_call(actor_of(request), alert, named.cleaned_data["number"])
        else:
            made = actions.notify_dispatch(
                actor_of(request), alert, Call.objects.get(pk=call) if call else None
            )
        messages.success(request, f"Dispatch notified: {made}.")
    return back


def open_calls(request: HttpRequest) -> list[Call]:
    """Open calls that this person may choose."""
    return list(console.calls_for(person_of(request)).open()[: console.MAX_SHOWN])


@dataclass(frozen=True)
class LookUpResult:
    """The result of looking up a call by CAD's number: what may be chosen, or why nothing may. `known`: the hub
    already has alerts on it."""

    number: str = ""
    call: CadIncident | None = None
    known: bool = False
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """HTTP status of the page."""
        return 200 if self.call else 409 if self.refusal else 422


@require_POST
@enforces("6.e.vii/added", "6.b.i.9/entries")
def find_call(request: HttpRequest, pk: int) -> HttpResponse:
    """CAD's call of a number, shown on the alert's page to be chosen there. It replaces only the panel, so
    that text typed elsewhere stays."""
    alert, form = alert_or_404(request, pk), FindCallForm(request.POST, auto_id=FIND_ID)
    result = _look_up(request, alert, form)
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{pk}")
    context = alert_context(alert, person_of(request)) | {"find": form, "looked": result}
    return render(request, "alerts/alert.html", context, status=result.status)


@require_POST
@enforces("6.e.vii/added", "6.b.i.9/entries")
def find_call_for_alert(request: HttpRequest) -> HttpResponse:
    """The same from the console, for an alert given by number."""
    form, result = FindCallForAlertForm(request.POST), LookUpResult()
    alert = None
    if form.is_valid():
        alert = alerts_for(person_of(request)).filter(pk=form.cleaned_data["alert"]).first()
        if alert is None:
            form.add_error("alert", "You have no alert with this number.")
    if alert:
        result = _look_up(request, alert_or_404(request, alert.pk), form)
    context = record_board(request, board_context(request)) | {"find": form, "looked": result, "alert": alert}
    return render(request, "dispatch/console.html", context, status=result.status)


@enforces("6.e.vii/added", "6.b.i.9/entries")
def _look_up(request: HttpRequest, alert: Alert, form: FindCallForm) -> LookUpResult:
    """Ask CAD, and log it, unless this alert cannot join any call."""
    if not form.is_valid():
        return LookUpResult()
    number = form.cleaned_data["number"]
    decision = actions.may_tell(alert)
    if isinstance(decision, Refusal):
        return LookUpResult(refusal=decision)
    record(actor_of(request), Event.CALL_VIEW, f"alert:{alert.pk}", reason=f"asked CAD for {number}")
    answer = actions.look_up(number)
    decision = actions.may_add(number, answer)
    if isinstance(decision, Refusal) or answer.incident is None:
        return LookUpResult(refusal=decision if isinstance(decision, Refusal) else None)
    known = actions.existing_call(number, answer.incident) is not None
    return LookUpResult(answer.incident.number or number, answer.incident, known)
