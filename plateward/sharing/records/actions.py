"""Requests for records taken in, acknowledged, extended and answered; what leaves, and the rules of release."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.core.pages.documents import PDF, UploadedDocument, media_type_of
from plateward.core.pages.export_stop import may_leave
from plateward.core.pages.pdf import export_pdf
from plateward.field.reads.store import ReadKey, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.notices.actions import Thing, notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.sharing.records import deadlines, letters, rules
from plateward.sharing.records.letters import LetterText
from plateward.sharing.records.models import (
    NamedPicture,
    RecordsAnswer,
    RecordsFile,
    RecordsLetter,
    RecordsRequest,
    ReleaseRule,
    secret_digest,
)
from plateward.sharing.records.rules import RELEASING, Data, Proposal, Requester, Rule, RuleOutcome
from plateward.sharing.records.searching import known_plates, searched
from plateward.sharing.redaction.models import RedactedPicture

TEMPLATE = "sharing/templates/records/letter.typ"
MOST_WAITING = 200  # requests from the public page that nobody acknowledged
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another


def _name(request: RecordsRequest) -> str:
    return f"recordsrequest:{request.pk}"


@enforces("6.h.iii/deadlines", "SB40.confid/requests")
def take(
    actor: Actor, requester: Requester, way: str, *, name: str, contact: str, text: str, received_on: date
) -> tuple[RecordsRequest, str]:
    """Take a request in. Returns it with its secret, which is nowhere else. Raises Refused."""
    secret = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    from_page = way == RecordsRequest.Way.PAGE
    with act(actor, Event.RECORDS_RECEIVE, "recordsrequests") as entry:
        lock_name("records.waiting")
        waiting = RecordsRequest.objects.filter(way=RecordsRequest.Way.PAGE, acknowledged_at=None).open()
        require(rules.may_take(text, waiting.count() if from_page else 0, MOST_WAITING))
        request = RecordsRequest.objects.create(
            requester=requester,
            way=way,
            name=name,
            contact=contact,
            text=text,
            secret=secret_digest(secret),
            received_on=received_on,
            due_on=deadlines.answer_by(received_on),
            taken_by=actor.key,
        )
        entry.object = _name(request)
        entry.note(number=request.number, way=way, due=str(request.due_on))
        by = clock.format_day(request.acknowledge_by)
        text = f"{request} came in. Acknowledge it by {by}."
        notify(people_with(Permission.RECORDS_HANDLE), Kind.RECORDS_RECEIVE, text, request)
    return request, secret


@enforces("SB40.confid/requests")
def look_up(number: str, secret: str) -> RecordsRequest | None:
    """The request of this number, for who has its secret: without it nobody learns whether there is one."""
    year, _, key = number.strip().partition("-")
    request = None
    if key.isascii() and key.isdigit() and len(key) < 10:
        request = RecordsRequest.objects.filter(pk=int(key)).first()
    known = request.secret if request and request.number == f"{year}-{key}" else secret_digest("")
    return request if secrets.compare_digest(known, secret_digest(secret)) and secret.strip() else None


@enforces("6.h.iii/deadlines")
def acknowledge(actor: PersonActor, request: RecordsRequest) -> None:
    """Write the first letter; a second time changes nothing."""
    with act(actor, Event.RECORDS_ACKNOWLEDGE, _name(request)) as entry:
        request = lock_row(request)
        if request.acknowledged_at is None:
            written = letters.acknowledgment(request.number, request.received_on, request.due_on)
            _write(actor, entry, request, RecordsLetter.Kind.ACKNOWLEDGMENT, written)


def _write(
    actor: Actor,
    entry: EntryDraft,
    request: RecordsRequest,
    kind: RecordsLetter.Kind,
    written: LetterText,
    answer: RecordsAnswer | None = None,
) -> None:
    """A letter; any is the acknowledgment, too, where none was written before."""
    letter = RecordsLetter.objects.create(
        request=request, answer=answer, kind=kind, title=written.title, text=written.text, by=actor.key
    )
    entry.note(letter=letter.pk, sha256=hashlib.sha256(written.text.encode()).hexdigest())
    if request.acknowledged_at is None:
        change_row(request, acknowledged_at=clock.now())
    for told in (Kind.RECORDS_RECEIVE, Kind.RECORDS_REMIND, Kind.RECORDS_ESCALATE):
        settle_matter(told, request)


@enforces("6.h.iii/deadlines")
def extend(actor: PersonActor, request: RecordsRequest, until: date, reason: str) -> None:
    """Tell the requester that the answer comes later, and why. Raises Refused."""
    with act(actor, Event.RECORDS_EXTEND, _name(request), reason=reason) as entry:
        request = lock_row(request)
        entry.note(due=str(request.due_on), until=str(until))
        require(
            deadlines.may_extend(
                reason=reason,
                due=request.due_on,
                until=until,
                today=days.today(),
                open=request.answered_at is None,
            )
        )
        change_row(request, due_on=until)
        written = letters.extension(request.number, request.received_on, until, reason.strip())
        _write(actor, entry, request, RecordsLetter.Kind.EXTENSION, written)


@enforces("6.i.i/aes", "SB40.confid/requests")
def attach(actor: PersonActor, request: RecordsRequest, data: Data, given: UploadedDocument) -> RecordsFile:
    """Keep a file for the answer, sealed. Raises NotADocument, Refused, StoreAway."""
    media_type = media_type_of(given.content)
    file = searched(given.content, media_type)
    words = file.plate_like
    known = known_plates(words) if len(words) <= rules.MOST_SEARCHED else set[str]()
    decision = rules.may_attach(
        data, pdf=media_type == PDF, hidden=file.hidden, words=len(words), places=file.places(known)
    )
    with act(actor, Event.RECORDS_ATTACH, _name(request)) as entry:
        entry.note(data=data.value)
        require(decision)
        made = _keep(actor, request, data, given.name, media_type, given.content)
        entry.note(file=made.name, sha256=made.sha256)
    return made


def _keep(
    actor: PersonActor,
    request: RecordsRequest,
    data: Data,
    name: str,
    media_type: str,
    content: bytes,
    picture: RedactedPicture | None = None,
) -> RecordsFile:
    digest = hashlib.sha256(content).hexdigest()
    return RecordsFile.objects.create(
        request=request, data=data, name=name, media_type=media_type, size=len(content),
        sha256=digest, content=content, picture=picture, by=actor.key,
    )  # fmt: skip


@enforces("6.h.iii/redaction", "6.h.iv/custody")
def name_picture(actor: PersonActor, request: RecordsRequest, key: ReadKey) -> None:
    """From now on whoever handles the request may see this picture, to redact it. Raises Refused, StoreAway."""
    with act(actor, Event.RECORDS_NAME, _name(request)) as entry:
        request = lock_row(request)
        entry.note(image="context", request=request.number)
        with store_answers():
            exists = configured_store().get(key) is not None
        others = request.pictures.exclude(read=key.id).count()
        require(rules.may_name_picture(open=request.answered_at is None, exists=exists, named=others))
        entry.mention(f"read:{key.id}")
        NamedPicture.objects.get_or_create(
            request=request, read=key.id, defaults={"day": key.day, "by": actor.key}
        )


@enforces("6.h.iii/redaction", "6.h.iii/proof")
def attach_redacted(
    actor: PersonActor, request: RecordsRequest, picture: RedactedPicture
) -> list[RecordsFile]:
    """Keep a picture that was redacted for this request, with its proof if it has one, for the answer."""
    contents = [(f"picture-{picture.pk}.jpg", "image/jpeg", picture.jpeg)]
    if picture.proof_json:
        contents.append((f"picture-{picture.pk}.proof.json", "application/json", picture.proof_json.encode()))
    with act(actor, Event.RECORDS_ATTACH, _name(request)) as entry:
        lock_row(request)
        entry.mention(f"read:{picture.read}")
        entry.note(picture=picture.pk, sha256=picture.sha256, data=Data.REDACTED.value)
        before = list(request.files.filter(picture=picture))
        return before or [_keep(actor, request, Data.REDACTED, *each, picture) for each in contents]


def _ask_chief(actor: PersonActor, kind: Kind, text: str, about: Thing) -> None:
    """A notice to who decides, but not of what they proposed themselves."""
    chiefs = [person for person in people_with(Permission.RECORDS_APPROVE) if person != actor.person]
    notify(chiefs, kind, text, about, again=True)


def rules_for(requester: str) -> dict[Data, Rule]:
    """What the release rules say of each kind of data, for such a requester."""
    found = {data: rules.default_rule(data) for data in Data}
    for row in ReleaseRule.objects.filter(requester=requester, approved=True).order_by("pk"):
        found[Data(row.data)] = Rule(RuleOutcome(row.outcome), row.basis)
    return found


@enforces("6.h.iii/basis", "6.h.iii/approval")
def propose(
    actor: PersonActor, request: RecordsRequest, proposal: Proposal, files: Sequence[RecordsFile]
) -> RecordsAnswer:
    """Propose an answer to the Chief; it replaces an earlier one. Raises Refused."""
    with act(actor, Event.RECORDS_PROPOSE, _name(request)) as entry:
        request = lock_row(request)
        entry.note(outcome=proposal.outcome.value, data=[data.value for data in proposal.data])
        attached = [Data(file.data) for file in files]
        found = rules_for(request.requester)
        require(rules.may_propose(proposal, found, attached, open=request.answered_at is None))
        answer = RecordsAnswer.objects.create(
            request=request,
            outcome=proposal.outcome,
            data=list(proposal.data),
            basis=proposal.basis,
            text=proposal.text,
            officials=proposal.officials,
            fee=proposal.fee,
            sha256=rules.fingerprint(request.pk, proposal, *(file.sha256 for file in files)),
            proposed_by=actor.key,
        )
        answer.files.set(files)
        entry.note(answer=answer.pk, sha256=answer.sha256)
        _ask_chief(actor, Kind.RECORDS_DECIDE, f"The answer to {request} waits for your decision.", request)
    return answer


def needs_reason(answer: RecordsAnswer) -> bool:
    """Whether the release rules leave something that it releases to the Chief."""
    found = rules_for(answer.request.requester)
    releases = answer.outcome in RELEASING
    return releases and any(found[Data(data)].outcome is RuleOutcome.CHIEF for data in answer.data)


@enforces("6.h.iii/approval")
def decide(actor: PersonActor, answer: RecordsAnswer, seen: str, *, approve: bool, note: str) -> None:
    """The Chief approves or returns the answer of this fingerprint. Raises Refused."""
    event = Event.RECORDS_APPROVE if approve else Event.RECORDS_RETURN
    with act(actor, event, _name(answer.request), reason=note) as entry:
        request, answer = lock_row(answer.request), lock_row(answer, "request")
        entry.note(answer=answer.pk, sha256=answer.sha256)
        require(
            rules.may_decide(
                decided=answer.decided_at is not None,
                replaced=request.last_answer != answer,
                own=answer.proposed_by == actor.key,
                seen=seen,
                current=answer.sha256,
                approve=approve,
                note=note,
                needs_reason=needs_reason(answer),
            )
        )
        if approve:  # the release rules may have changed since
            attached = [Data(file.data) for file in answer.files.all()]
            require(rules.may_propose(answer.proposal, rules_for(request.requester), attached, open=True))
        change_row(answer, decided_at=clock.now(), decided_by=actor.key, approved=approve, note=note.strip())
        settle_matter(Kind.RECORDS_DECIDE, request)
        said = "is approved: send it" if approve else f"is returned: {note.strip()}"
        notify(
            people_named(answer.proposed_by), Kind.RECORDS_ANSWER, f"The answer to {request} {said}", request
        )


@enforces("6.h.iii/approval", "6.b.i.11/contained")
def send(actor: PersonActor, answer: RecordsAnswer) -> None:
    """Answer the request as the Chief approved it: its letter is written, and its files may leave. Raises Refused."""
    with act(actor, Event.RECORDS_ANSWER, _name(answer.request)) as entry:
        request, answer = lock_row(answer.request), lock_row(answer)
        entry.note(answer=answer.pk, sha256=answer.sha256)
        require(may_leave())
        require(
            rules.may_send(
                approved=answer.approved is True,
                latest=request.last_answer == answer,
                answered=request.answered_at is not None,
                stored=answer.sha256,
                current=answer.digest,
            )
        )
        names = [file.name for file in answer.files.all()]
        written = letters.answer(request.number, request.received_on, answer.proposal, names)
        _write(actor, entry, request, RecordsLetter.Kind.ANSWER, written, answer)
        change_row(request, answered_at=clock.now())


@enforces("6.h.iii/approval", "SB40.confid/requests")
def release_file(actor: PersonActor, file: RecordsFile) -> bytes:
    """A file of the answer that was sent, for its requester; before that, nobody's. On the log before it leaves. Raises
    Refused."""
    with act(actor, Event.RECORDS_RELEASE, _name(file.request)) as entry:
        entry.note(file=file.name, sha256=file.sha256, request=file.request.number)
        if file.picture:
            entry.mention(f"read:{file.picture.read}")
        require(may_leave())
        require(rules.may_release(sent=file.answers.exclude(letters=None).exists()))
        return _open(file)


@enforces("6.h.iii/approval")
def preview_file(actor: PersonActor, file: RecordsFile) -> bytes:
    """The same for who proposes or decides the answer."""
    with act(actor, Event.RECORDS_VIEW, _name(file.request)) as entry:
        entry.note(file=file.name, sha256=file.sha256)
        if file.picture:
            entry.mention(f"read:{file.picture.read}")
        require(may_leave())
    return _open(file)


def _open(file: RecordsFile) -> bytes:
    return bytes(file.content)


@enforces("6.b.i.9/first", "6.h.iii/basis")
def print_letter(actor: PersonActor, letter: RecordsLetter) -> bytes:
    """The letter as a PDF, on the log before it leaves. Raises Refused."""
    request = letter.request
    data = {
        "title": letter.title,
        "number": request.number,
        "day": clock.format_day(days.day_of(letter.at)),
        "to": [request.name, *request.contact.splitlines()],
        "paragraphs": letter.text.split("\n\n"),
        "office": "Records custodian",
    }
    return export_pdf(actor, Event.RECORDS_PRINT, _name(request), TEMPLATE, data, notes={"letter": letter.pk})


@enforces("6.h.i/release")
def propose_rule(
    actor: PersonActor, requester: Requester, data: Data, outcome: RuleOutcome, basis: str
) -> ReleaseRule:
    """Propose a rule of release to the Chief; one that waits is replaced. Raises Refused."""
    with act(actor, Event.RELEASE_RULE_PROPOSE, f"releaserule:{requester}/{data}") as entry:
        entry.note(outcome=outcome.value, basis=basis)
        require(rules.may_propose_rule(data, outcome, basis))
        lock_name("records.rules")
        for waiting in ReleaseRule.objects.filter(requester=requester, data=data, decided_at=None):
            settle_matter(Kind.RECORDS_RULE, waiting)
            change_row(lock_row(waiting), decided_at=clock.now(), decided_by=actor.key, approved=False)
        row = ReleaseRule.objects.create(
            requester=requester, data=data, outcome=outcome, basis=basis.strip(), proposed_by=actor.key
        )
        entry.note(rule=row.pk, sha256=row.sha256)
        _ask_chief(actor, Kind.RECORDS_RULE, f"A release rule waits for your decision. {row}.", row)
    return row


@enforces("6.h.i/release")
def decide_rule(actor: PersonActor, rule: ReleaseRule, seen: str, *, approve: bool) -> None:
    """The Chief approves or returns a rule of release. Raises Refused."""
    event = Event.RELEASE_RULE_APPROVE if approve else Event.RELEASE_RULE_RETURN
    with act(actor, event, f"releaserule:{rule.requester}/{rule.data}") as entry:
        rule = lock_row(rule)
        entry.note(rule=rule.pk, sha256=rule.sha256, outcome=rule.outcome, basis=rule.basis)
        decided, own = rule.decided_at is not None, rule.proposed_by == actor.key
        require(rules.may_decide_rule(decided=decided, own=own, seen=seen, current=rule.sha256))
        settle_matter(Kind.RECORDS_RULE, rule)
        change_row(rule, decided_at=clock.now(), decided_by=actor.key, approved=approve)
