"""Records requests on pages: the list by what is due next, one request with its letters, the Chief's decision, and the
rules of release."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.documents import PDF, document_response
from plateward.core.pages.lists import page_of
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.permissions import Permission
from plateward.sharing.records import actions
from plateward.sharing.records.forms import (
    AcknowledgeForm,
    AttachForm,
    DecideForm,
    ExtendForm,
    PictureForm,
    ProposeForm,
    RuleForm,
    TakeForm,
)
from plateward.sharing.records.models import (
    NamedPicture,
    RecordsAnswer,
    RecordsFile,
    RecordsLetter,
    RecordsRequest,
    ReleaseRule,
)
from plateward.sharing.records.rules import Data, Requester
from plateward.sharing.redaction.models import RedactedPicture


def _request(pk: int) -> RecordsRequest:
    return visible_or_404(RecordsRequest.objects.all(), pk, Event.RECORDS_VIEW)


@require_GET
@enforces("6.h.iii/deadlines")
def index(request: HttpRequest) -> HttpResponse:
    """What is open, the next due first; then what was answered."""
    record(actor_of(request), Event.RECORDS_VIEW, "recordsrequests")
    waiting = RecordsRequest.objects.open().prefetch_related("answers")
    rows = sorted(waiting, key=lambda row: (row.next_due, row.pk))
    answered = page_of(request, RecordsRequest.objects.exclude(answered_at=None))
    return render(request, "records/index.html", {"rows": rows, "page": answered, "today": days.today()})


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Take in a request from paper, mail or phone; its secret is shown once."""
    sent, form = submitted(request, TakeForm, initial={"received_on": days.today()})
    if sent.valid:
        with sent:
            made, secret = actions.take(actor_of(request), **form.cleaned_data)
            return render(request, "records/taken.html", {"made": made, "secret": secret})
    return sent.render("records/take.html")


@require_GET
def show_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, with what was written and proposed."""
    return _render(request, _request(pk), Submission(request))


def _render(request: HttpRequest, row: RecordsRequest, sent: Submission) -> HttpResponse:
    """The page of a request, recorded before it is shown."""
    record(actor_of(request), Event.RECORDS_VIEW, f"recordsrequest:{row.pk}")
    may, open = person_of(request).permissions, row.answered_at is None
    letters, answers = list(row.letters.all()), list(row.answers.prefetch_related("files"))
    last = answers[-1] if answers else None
    handles, undecided = (
        open and Permission.RECORDS_HANDLE in may,
        last is not None and last.decided_at is None,
    )
    deciding = undecided and Permission.RECORDS_APPROVE in may and last is not None
    keys = [row.taken_by, *(each.by for each in letters), *(each.proposed_by for each in answers)]
    context = {
        "row": row,
        "letters": letters,
        "answers": [(each, [Data(kind).label for kind in each.data]) for each in answers],
        "last": last,
        "files": row.files.all(),
        "names": names_of([*keys, *(each.decided_by for each in answers)]),
        "today": days.today(),
        "rules": actions.rules_for(row.requester).items(),
        "acknowledging": handles and row.acknowledged_at is None,
        "extending": sent.form_of(ExtendForm, offered=handles),
        "attaching": sent.form_of(AttachForm, offered=handles),
        "pictures": row.pictures.all(),
        "naming": sent.form_of(PictureForm, offered=handles),
        "proposing": sent.form_of(ProposeForm, offered=handles, row=row),
        "deciding": sent.form_of(DecideForm, offered=deciding, initial={"seen": last.sha256 if last else ""}),
        "sending": handles and last is not None and last.approved,
        "releases": not open and Permission.RECORDS_HANDLE in may,
        "looks": Permission.RECORDS_APPROVE in may,
    }
    return sent.render("records/request.html", **context)


def _act(
    request: HttpRequest,
    pk: int,
    form: Callable[..., Any],
    done: str,
    do: Callable[[RecordsRequest, Any], object],
) -> HttpResponse:
    """A form on the request's page, and its act."""
    row = _request(pk)
    more = {ProposeForm: {"row": row}, AttachForm: {"files": request.FILES}}.get(form, {})  # type: ignore[call-overload]
    sent, filled = submitted(request, form, **more)
    if sent.valid:
        with sent:
            do(row, filled)
            return sent.done(done, row)
    return _render(request, row, sent)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the first letter."""
    done = "The acknowledgment is written. Print it below and send it."
    return _act(
        request, pk, AcknowledgeForm, done, lambda row, _: actions.acknowledge(actor_of(request), row)
    )


@require_POST
@enforces("6.h.iii/deadlines")
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the notice that the answer comes later."""
    done = "The due date is extended. Print the notice below and send it today."
    return _act(
        request,
        pk,
        ExtendForm,
        done,
        lambda row, form: actions.extend(actor_of(request), row, **form.cleaned_data),
    )


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file for the answer."""
    return _act(
        request, pk, AttachForm, "The file is attached. Choose it in the answer.",
        lambda row, form: actions.attach(actor_of(request), row, form.cleaned_data["kind"], form.cleaned_data["file"]),
    )  # fmt: skip


@require_POST
@enforces("6.h.iii/redaction")
def name_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a picture that is to be redacted for the request."""
    return _act(
        request, pk, PictureForm, "The picture is named. Redact it next.",
        lambda row, form: actions.name_picture(actor_of(request), row, form.cleaned_data["read"]),
    )  # fmt: skip


@require_POST
@enforces("6.h.iii/redaction")
def attach_redacted(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the latest redacted picture made of a named one."""
    named = visible_or_404(NamedPicture.objects.select_related("request"), pk, Event.RECORDS_VIEW)
    made = visible_or_404(
        RedactedPicture.objects.all(), named.redacted.pk if named.redacted else 0, Event.RECORDS_VIEW
    )
    sent = Submission(request)
    with sent:
        actions.attach_redacted(actor_of(request), named.request, made)
        return sent.done("The redacted picture is attached. Choose it in the answer.", named.request)
    return _render(request, named.request, sent)


@require_POST
@enforces("6.h.iii/basis")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose an answer to the Chief."""
    return _act(
        request, pk, ProposeForm, "The answer is with the Chief.",
        lambda row, form: actions.propose(
            actor_of(request), row, form.proposal(), list(form.cleaned_data.get("attached", ()))
        ),
    )  # fmt: skip


@require_POST
@enforces("6.h.iii/approval")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The Chief's decision on the answer that the page showed."""
    approve = "approve" in request.POST
    answer = visible_or_404(RecordsAnswer.objects.filter(request=pk), _last(pk), Event.RECORDS_VIEW)
    return _act(
        request, pk, DecideForm, "The answer is approved." if approve else "The answer is returned to Records.",
        lambda _, form: actions.decide(actor_of(request), answer, **form.cleaned_data, approve=approve),
    )  # fmt: skip


def _last(pk: int) -> int:
    return RecordsAnswer.objects.filter(request=pk).values_list("pk", flat=True).last() or 0


@require_POST
@enforces("6.h.iii/approval")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the request as it was approved."""
    row = _request(pk)
    answer = visible_or_404(row.answers.all(), _last(pk), Event.RECORDS_VIEW)
    sent = Submission(request)
    with sent:
        actions.send(actor_of(request), answer)
        return sent.done("The request is answered. Print the letter, and download its files.", row)
    return _render(request, row, sent)


@require_GET
def download_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter as a PDF."""
    letter = visible_or_404(RecordsLetter.objects.select_related("request"), pk, Event.RECORDS_VIEW)
    content = actions.print_letter(actor_of(request), letter)
    return document_response(content, f"{letter.kind}-{letter.request.number}.pdf", PDF)


@require_GET
@enforces("6.h.iii/approval")
def download_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file: for the Chief to look at; for Records only to send it, once its answer was."""
    file = visible_or_404(RecordsFile.objects.select_related("request"), pk, Event.RECORDS_VIEW)
    looks = Permission.RECORDS_APPROVE in person_of(request).permissions
    sent = Submission(request)
    with sent:
        content = (actions.preview_file if looks else actions.release_file)(actor_of(request), file)
        return document_response(content, file.name, file.media_type)
    return _render(request, file.request, sent)


@require_GET
@enforces("6.h.i/release")
def release_rules(request: HttpRequest) -> HttpResponse:
    """What may be released to whom, by which law."""
    return _rules(request, Submission(request))


def _rules(request: HttpRequest, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.RELEASE_RULE_VIEW, "releaserules")
    may = person_of(request).permissions
    waiting = list(ReleaseRule.objects.filter(decided_at=None))
    context = {
        "tables": [(kind.label, actions.rules_for(kind).items()) for kind in Requester],
        "waiting": waiting,
        "names": names_of(row.proposed_by for row in waiting),
        "proposing": sent.form_of(RuleForm, offered=Permission.RELEASE_RULE_PROPOSE in may),
        "decides": Permission.RECORDS_APPROVE in may,
    }
    return sent.render("records/rules.html", **context)


@require_POST
@enforces("6.h.i/release")
def propose_rule(request: HttpRequest) -> HttpResponse:
    """Propose a rule to the Chief."""
    sent, form = submitted(request, RuleForm)
    if sent.valid:
        with sent:
            given = form.cleaned_data
            actions.propose_rule(
                actor_of(request), given["requester"], given["kind"], given["outcome"], given["basis"]
            )
            return sent.done("The rule is with the Chief.", "records:rules")
    return _rules(request, sent)


@require_POST
@enforces("6.h.i/release")
def decide_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """The Chief's decision on a rule that the page showed."""
    rule = visible_or_404(ReleaseRule.objects.all(), pk, Event.RELEASE_RULE_VIEW)
    approve, sent = "approve" in request.POST, Submission(request)
    with sent:
        actions.decide_rule(actor_of(request), rule, request.POST.get("seen", ""), approve=approve)
        return sent.done("The rule is approved." if approve else "The rule is returned.", "records:rules")
    return _rules(request, sent)
