"""Outside agencies: the register, one of them with its history, and what is recorded and decided about it."""

from base64 import b64decode
from typing import Any

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.documents import document_response
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.decision import refusal_in
from plateward.ground.policy.trace import enforces
from plateward.people.agencies import actions, forms, rules
from plateward.people.agencies.limits import limits_of_scope
from plateward.people.agencies.models import Agency, AgencyGrant, AgencyRequest, DeclarationLetter
from plateward.people.agencies.rules import AgencyState
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.rules import not_signed

LONG = "x" * 40  # says enough, whatever it will be


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The register, and which requests wait."""
    page, now = page_of(request, Agency.objects.all()), clock.now()
    record(actor_of(request), Event.AGENCY_VIEW, "agencies", page=page.number)
    undecided = requests().filter(decision=None)
    rows = [(agency, grant := agency.grant, grant and grant.request.state(now).label) for agency in page]
    waiting = [(waits, waits.state(now)) for waits in undecided]
    return render(request, "agencies/index.html", {"page": page, "rows": rows, "waiting": waiting})


def requests() -> QuerySet[AgencyRequest]:
    """With all that their pages and states ask."""
    kinds = (
        "agency",
        "by",
        "consultation__by",
        "decision__by",
        "grant__declaration",
        "grant__revocation__by",
    )
    return AgencyRequest.objects.select_related(*kinds)


@require_GET
def agency_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: what it asked, declared, got and lost, in words."""
    agency, now = get_object_or_404(Agency.objects.select_related("by"), pk=pk), clock.now()
    record(actor_of(request), Event.AGENCY_VIEW, f"agency:{pk}")
    rows = [(asked, asked.state(now)) for asked in requests().filter(agency=agency).order_by("-pk")]
    grant, given = agency.grant, AgencyGrant.given_to(agency.ori)
    whole = grant and given and limits_of_scope(given.scope) == limits_of_scope(grant.scope)
    context = {
        "agency": agency,
        "rows": rows,
        "live": next((asked.grant for asked, state in rows if state is AgencyState.GRANTED), None),
        "held_back": None if whole else not_signed("This access, or a part of it,"),
        "declarations": agency.declarations.select_related("by", "letter")
        .defer("letter__content")
        .order_by("-pk"),
        "declared": agency.declaration_at(now),
        "people": Person.objects.filter(agency=agency.ori),
    }
    return render(request, "agencies/agency.html", context)


def _form(
    sent: Submission, title: str, button: str, agency: Agency | None = None, **more: Any
) -> HttpResponse:
    return sent.render("agencies/form.html", title=title, button=button, agency=agency, **more)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    sent, form = submitted(request, forms.AgencyForm)
    if sent.valid:
        with sent:
            agency = actions.register_agency(actor_of(request), **form.cleaned_data)
            return sent.done(f"{agency} is registered. Record what it asks for.", agency)
    record(actor_of(request), Event.AGENCY_VIEW, "agencies")
    return _form(sent, "Register an agency", "Register")


@require_http_methods(["GET", "POST"])
def record_request(request: HttpRequest, pk: int) -> HttpResponse:
    agency = get_object_or_404(Agency, pk=pk)
    sent, form = submitted(request, forms.RequestForm)
    if sent.valid:
        with sent:
            actions.record_request(actor_of(request), agency, **form.cleaned_data)
            return sent.done(
                "Recorded. The Chief is asked first; then the ALPR administrator decides.", agency
            )
    record(actor_of(request), Event.AGENCY_VIEW, f"agency:{pk}")
    return _form(sent, f"Request of {agency}", "Record", agency)


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    agency = get_object_or_404(Agency, pk=pk)
    sent, form = submitted(request, forms.DeclarationForm, files=request.FILES)
    if sent.valid:
        with sent:
            signed_by, letter, purposes = (
                form.cleaned_data[name] for name in ("signed_by", "file", "purposes")
            )
            actions.record_declaration(actor_of(request), agency, signed_by, letter, purposes, form.term)
            return sent.done("The declaration is recorded.", agency)
    record(actor_of(request), Event.AGENCY_VIEW, f"agency:{pk}")
    return _form(sent, f"Declaration of {agency}", "Record", agency)


@require_GET
@enforces("SB40.declare/registry")
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of a declaration."""
    kept = get_object_or_404(DeclarationLetter.objects.select_related("declaration"), declaration=pk)
    agency = f"agency:{kept.declaration.agency_id}"
    record(actor_of(request), Event.AGENCY_VIEW, agency, declaration=pk, sha256=kept.sha256)
    return document_response(b64decode(kept.content), kept.name, kept.media_type)


@require_http_methods(["GET", "POST"])
def consult(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(requests(), pk=pk)
    sent, form = submitted(request, forms.ConsultForm)
    if sent.valid:
        with sent:
            given = form.cleaned_data
            actions.consult(actor_of(request), asked, given["text"], favors=given["favors"])
            return sent.done("Your answer is recorded. The ALPR administrator decides.", asked.agency)
    barred = rules.may_consult(asked.state(clock.now()), LONG, own=asked.by == person_of(request))
    return _decision(request, sent, asked, form, "favors", barred=refusal_in(barred))


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(requests(), pk=pk)
    sent, form = submitted(request, lambda data: forms.DecideForm(data, of=asked))
    if sent.valid:
        with sent:
            given = form.cleaned_data
            made = actions.decide(actor_of(request), asked, given["reason"], form.scope, seen=given["seen"])
            text = "granted. It counts once the sharing configuration is signed" if made.granted else "denied"
            return sent.done(f"The request is {text}.", asked.agency)
    barred = rules.may_decide(asked.state(clock.now()), LONG, own=asked.by == person_of(request))
    return _decision(request, sent, asked, form, "decision", barred=refusal_in(barred))


def _decision(
    request: HttpRequest,
    sent: Submission,
    asked: AgencyRequest,
    form: django_forms.Form,
    answer: str,
    **more: Any,
) -> HttpResponse:
    record(actor_of(request), Event.AGENCY_VIEW, f"agency:{asked.agency_id}")
    agency, now = asked.agency, clock.now()
    context = {"asked": asked, "state": asked.state(now), "agency": agency, "answer": form[answer]}
    context |= {"declared": agency.declaration_at(now), "earlier": agency.grant}
    return sent.render("agencies/decide.html", form=form, **context, **more)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    grants = AgencyGrant.objects.select_related("request__agency", "declaration")
    grant = get_object_or_404(grants, pk=pk)
    sent, form = submitted(request, forms.RevokeForm)
    agency = grant.request.agency
    if sent.valid:
        with sent:
            actions.revoke(actor_of(request), grant, **form.cleaned_data)
            return sent.done(f"The access of {agency} is revoked. Its people are logged out.", agency)
    record(actor_of(request), Event.AGENCY_VIEW, f"agency:{agency.pk}")
    return _form(sent, f"Revoke the access of {agency}", "Revoke now", agency, revokes=grant)
