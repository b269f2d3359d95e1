"""Asking for a search, one's own searches, and the decisions of supervisors and administrators."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record, record_refusal
from plateward.core.cases.rules import normalized
from plateward.core.cases.standing import WORKABLE, NumberStanding
from plateward.core.pages.acts import failure_as_message, submitted
from plateward.core.pages.fields import parse_number
from plateward.core.pages.lists import page_of
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.http import HiddenObject, actor_of, person_of
from plateward.people.models import Person
from plateward.people.superiors import is_above, people_below
from plateward.work.searches import (
    actions,
    again,
    deciding,
    deciding_rules,
    numbers,
    records,
    reviewing,
    routing,
    rules,
    unmasking,
)
from plateward.work.searches.forms import (
    AnswerForm,
    DecisionForm,
    SearchForm,
    StepForm,
    StoppedForm,
    preset_fields,
)
from plateward.work.searches.http import own_search_or_404
from plateward.work.searches.models import MarkStep, Search, StoppedDecision, StoppedRequest
from plateward.work.searches.rules import Brake
from plateward.work.searches.scope import left_out, scope_for
from plateward.work.searches.unmasking_rules import PLATES_PER_STEP

RECENT = 20
OTHERS = 50  # other searches in a case, beside one that is decided


@require_http_methods(["GET", "POST"])
@enforces("6.e.vi/reason", "6.e.vi/number", "6.a.i.1/every")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a search. In a remembered case, a plate and one press."""
    me = person_of(request)
    cases = records.recent_cases(me)
    given = _given(request)
    sent, form = submitted(request, lambda data: SearchForm(cases, data, given))
    if sent.valid:
        with sent:
            try:
                search = actions.ask_search(actor_of(request), form.cleaned_data["key"], form.request)
            except actions.AlreadyAsked as again:
                if not again.same:
                    form.renew_key()
                decision = rules.may_send_again(same=again.same)
                if isinstance(decision, Refusal):
                    record_refusal(actor_of(request), Event.SEARCH_ASK, "searches", decision)
                require(decision)
                search = again.search
            runs = records.state(search) is rules.SearchState.RUNS
            return redirect("results:index", search.pk) if runs else redirect(search)
    if sent.status == 422:
        wrong = ", ".join(sorted(form.errors))
        reason = f"The form was incomplete: {wrong}."
        record(
            actor_of(request),
            Event.SEARCH_ASK,
            "searches",
            outcome="refused",
            clause=rules.REASON,
            reason=reason,
        )
    record(actor_of(request), Event.SEARCH_VIEW, "searches:ask", cases=[case.number for case in cases])
    return sent.render(
        "searches/ask.html",
        cases=cases,
        needs_approval=rules.NEEDS_APPROVAL,
        left_out=left_out(scope_for(me).reach),
    )


def _given(request: HttpRequest) -> dict[str, Any]:
    """What the form is filled with where one's own search (`again`, its number) is asked anew: no address holds its
    plate."""
    pk = parse_number(request.GET.get("again", ""))
    if pk is None:
        return {}
    search = own_search_or_404(request, pk)
    ends = search.query.until < search.at - actions.UNTIL_ASKED
    filled = again.filled(
        again.SearchToChange(search.query, search.number, ends), request.GET.get("change", "")
    )
    return filled | {
        name: getattr(search, name) for name in ("offense", "purpose", "tie", "tie_to", "reason")
    }


@require_GET
@enforces("6.a.iii/known", "6.e.vi/number")
def show_incident(request: HttpRequest) -> HttpResponse:
    """What CAD has of the case of a search that is being asked for; the offense and the purpose follow, if not chosen
    yet."""
    me = person_of(request)
    number = normalized(request.GET.get("case") or request.GET.get("number", ""))
    answer = numbers.ask_cad(me, number)
    standing = answer.standing.value if answer else ""
    record(actor_of(request), Event.SEARCH_VIEW, "searches:incident", number=number, standing=standing)
    workable = answer is not None and answer.standing in WORKABLE
    preset = preset_fields(request.GET, answer.about.kind) if answer and workable else []
    context = {"answer": answer, "workable": workable, "plates": sorted(answer.plates) if answer else []}
    return render(request, "searches/incident.html", context | {"preset": preset})


@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """My searches, the latest first."""
    page = page_of(request, records.with_records(Search.objects.filter(person=person_of(request))))
    record(actor_of(request), Event.SEARCH_VIEW, "searches:own", page=page.number)
    rows = [(search, records.state(search)) for search in page]
    return render(request, "searches/own.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.8/scope", "6.a.ii.3/brake", "6.a.ii.2/brake", "6.a.ii.2/group")
def show_search(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my searches: what I asked for and its state; of one from a place, the form to ask for the next plates. It
    never says that a plate is protected."""
    search = own_search_or_404(request, pk)
    sent, form = submitted(request, StepForm)
    explained, answer = submitted(request, AnswerForm)
    if "text" in request.POST:
        if explained.valid:
            with explained:
                reviewing.explain(actor_of(request), pk, answer.cleaned_data["text"])
                return explained.done("Your supervisor has your answer.", search)
        sent = explained
    elif sent.valid:
        with sent:
            unmasking.ask_step(actor_of(request), pk, form.cleaned_data["why"])
            return sent.done("Submitted. You get a notice when it is decided.", search)
    record(actor_of(request), Event.SEARCH_VIEW, f"search:{pk}")
    context = _search_context(search)
    if search.starts_from_place and context["state"] == rules.SearchState.RUNS:
        context["step"] = {
            "form": form,
            "unmasked": search.unmaskings.count(),
            "approved": PLATES_PER_STEP * records.approved_steps(list(search.decisions.all())),
            "waits": routing.waiting_step(search) is not None,
        }
    context |= {"answer": answer, "question": search.mark_steps.last() if records.is_asked(search) else None}
    return sent.render("searches/search.html", form=None, **context)


def _search_context(search: Search) -> dict[str, Any]:
    facts = records.facts_of(search)
    checks = list(search.checks.all())
    return {
        "search": search,
        "query": search.query,
        "state": records.state(search).value,
        "ends_at": facts.ends_at,
        "decision": next((one for one in search.decisions.all() if one.step == 0), None),
        "check": checks[-1],
        "needs_approval": rules.NEEDS_APPROVAL,
    }


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a search that waits."""
    search = own_search_or_404(request, pk, Event.SEARCH_WITHDRAW)
    with failure_as_message(request):
        deciding.withdraw_search(actor_of(request), search)
        messages.success(request, f"Search {pk} is withdrawn.")
    return redirect(search)


@require_GET
def list_approvals(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, oldest first, and what I decided lately."""
    me = person_of(request)
    waiting = routing.steps_for(me)
    decided = Search.objects.filter(decisions__by=me).exclude(person=me).distinct()[:RECENT]
    record(actor_of(request), Event.SEARCH_VIEW, "searches:approvals", waiting=len(waiting))
    context = {
        "waiting": waiting,
        "decided": [(one, records.state(one)) for one in records.with_records(decided)],
    }
    return render(request, "searches/approvals.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A search of somebody else with all that is needed to decide it."""
    me = person_of(request)
    search = _visible_or_404(request, pk)
    sent, form = submitted(request, DecisionForm)
    if sent.valid:
        with sent:
            given = form.cleaned_data
            act = {"approve": deciding.approve_search, "refuse": deciding.refuse_search}[given["decision"]]
            act(actor_of(request), pk, given["step"], given["text"])
            done = {"approve": "approved", "refuse": "refused"}[given["decision"]]
            return sent.done(f"Search {pk} of {search.person}: {done}.", "searches:approvals")
    record(actor_of(request), Event.SEARCH_VIEW, f"search:{pk}")
    search = _visible_or_404(request, pk)
    waiting = routing.waiting_step(search)
    barred: Refusal | None = None
    if waiting:
        standing = routing.step_standing(waiting, search, me, waiting.step)
        decision = deciding_rules.may_decide_search(me, standing, approves=True)
        barred = decision if isinstance(decision, Refusal) else None
    context = _search_context(search) | {
        "waiting": waiting,
        "barred": barred,
        "brakes": [Brake(brake).label for brake in search.brakes],
        "whose": records.whose(search) if Brake.PROTECTED in search.brakes else [],
        "unmasked": list(search.unmaskings.all()),
        "others": [
            one
            for one in records.others_in_case(search.number, search.pk)[:OTHERS]
            if me.pk not in routing.barred_owners(one)
        ],
        "marks": list(search.marks.all()),
        "mark_steps": list(search.mark_steps.select_related("by")),
    }
    return sent.render("searches/decide.html", **context)


@enforces("6.b.i.8/scope", "6.c.ii/cases", "6.a.ii.3/brake")
def _is_visible(person: Person, search: Search) -> bool:
    """Whether this supervisor may see it: they decide or decided it, or lead the searcher; never their own, nor one
    that may find their own vehicle."""
    if search.person_id == person.pk or person.pk in routing.barred_owners(search):
        return False
    return (
        any(decision.by_id == person.pk for decision in search.decisions.all())
        or is_above(person, search.person)
        or search.referrals.filter(to=person).exists()
        or any(waiting.search.pk == search.pk for waiting in routing.steps_for(person))
    )


@enforces("6.b.i.8/scope", "6.b.i.9/denied")
def _visible_or_404(request: HttpRequest, pk: int) -> Search:
    """What this supervisor may not see answers like what never existed. Raises HiddenObject."""
    rows = records.with_records(Search.objects.filter(pk=pk)).prefetch_related("steps")
    search = rows.first()
    if search is None or not _is_visible(person_of(request), search):
        raise HiddenObject(Event.SEARCH_VIEW, f"search:{pk}")
    return search


@require_GET
@enforces("6.a.iii/known", "6.a.iii/outage")
def list_flagged(request: HttpRequest) -> HttpResponse:
    """Searches by the people below me whose number could not be checked, names no unit, or was no ground."""
    me = person_of(request)
    flagged = Search.objects.filter(person__in=people_below(me))
    flagged = flagged.filter(checks__isnull=False).exclude(checks__standing=NumberStanding.OPEN).distinct()
    page = page_of(request, records.with_records(flagged))
    record(actor_of(request), Event.SEARCH_VIEW, "searches:flagged", page=page.number)
    rows = [
        (search, records.state(search), search.checks.all()[len(search.checks.all()) - 1])
        for search in page
        if me.pk not in routing.barred_owners(search)
    ]
    return render(request, "searches/flagged.html", {"page": page, "rows": rows})


@require_GET
def list_marked(request: HttpRequest) -> HttpResponse:
    """Marked searches of my people that wait for my look."""
    searches = reviewing.marked_for(person_of(request))
    record(actor_of(request), Event.SEARCH_VIEW, "searches:marked", waiting=len(searches))
    rows = [(search, search.checks.last(), search.mark_steps.last()) for search in searches]
    return render(request, "searches/marked.html", {"rows": rows})


@require_POST
def review_marked(request: HttpRequest, pk: int) -> HttpResponse:
    """In order, a question, or a finding: one press."""
    _visible_or_404(request, pk)
    kind = request.POST.get("kind", "")
    if kind not in (MarkStep.Kind.IN_ORDER, MarkStep.Kind.ASKED, MarkStep.Kind.FINDING):
        return redirect("searches:marked")
    with failure_as_message(request):
        reviewing.review_marked(actor_of(request), pk, MarkStep.Kind(kind))
        messages.success(request, f"Search {pk}: {MarkStep.Kind(kind).label.lower()}.")
    return redirect("searches:marked")


@require_GET
def list_stopped(request: HttpRequest) -> HttpResponse:
    """Searches that were stopped because of their reasons; those undecided first."""
    rows = StoppedRequest.objects.select_related("person", "decision__by").order_by(
        F("decision__pk").asc(nulls_first=True), "-pk"
    )
    page = page_of(request, rows)
    record(actor_of(request), Event.SEARCH_VIEW, "searches:stopped", page=page.number)
    return render(request, "searches/stopped.html", {"page": page})


@require_http_methods(["GET", "POST"])
@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
def decide_stopped(request: HttpRequest, pk: int) -> HttpResponse:
    """A stopped request, and the administrator's decision."""
    stopped = get_object_or_404(StoppedRequest.objects.select_related("person__unit", "decision__by"), pk=pk)
    sent, form = submitted(request, StoppedForm)
    if sent.valid:
        with sent:
            kind = StoppedDecision.Kind(form.cleaned_data["decision"])
            deciding.decide_stopped(actor_of(request), pk, kind, form.cleaned_data["text"])
            return sent.done(f"Stopped request {pk}: {kind.label.lower()}.", "searches:stopped")
    record(actor_of(request), Event.SEARCH_VIEW, f"stopped-request:{pk}")
    return sent.render("searches/stopped_request.html", stopped=stopped)
