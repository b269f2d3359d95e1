"""What may be released to whom, what a request may ask, and what an answer needs: by IPRA, the State's law on public
records, and the agency's own rules of release. Pure."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from django.db.models import TextChoices

from plateward.core.decisions.rules import is_as_seen, may_review, must_say
from plateward.ground.matching.written import MAX_PLATE
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "6.h.iii"
CITATION = 4  # letters of a law's citation at least: "NMSA 1978, 14-2-1"
MOST_PLATES = 20  # in a request: a broader one is answered with statistics
MOST_SEARCHED = 500  # words of a file that may be plates, which are looked up
PLATE_LIKE = re.compile(rf"\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{{4,{MAX_PLATE}}}\b")
SB40 = "Driver Privacy and Safety Act (SB 40, Laws 2026, ch. 20): license plate reader data are confidential"
IPRA = "Inspection of Public Records Act, NMSA 1978, 14-2-1 to 14-2-12"


class Requester(TextChoices):
    """Who asks. None of them asks for law enforcement: other agencies have a way of their own."""

    PUBLIC = "public", "Member of the public"
    MEDIA = "media", "News media"
    RESEARCH = "research", "Research or university"
    INSURER = "insurer", "Insurance company"
    PARTY = "party", "Party to a court case, or their attorney"


class Data(TextChoices):
    """What is asked for."""

    STATISTICS = "statistics", "Statistics: counts without plates, people or single events"
    DOCUMENTS = "documents", "Documents: policy, contracts, training material"
    AUDIT = "audit", "Audit information: how the system was used"
    REDACTED = "redacted", "Redacted pictures: plates, faces and people covered"
    HITS = "hits", "Hot list entries and alerts"
    PICTURES = "pictures", "Pictures as captured"
    READS = "reads", "Reads: plates, times and places"


class RuleOutcome(TextChoices):
    """What a release rule says of a kind of data."""

    ALLOWED = "allowed", "May be released"
    CHIEF = "chief", "Chief decides each release"
    DENIED = "denied", "Denied"


class AnswerOutcome(TextChoices):
    """How a request is answered."""

    GRANT = "grant", "Grant"
    PARTIAL = "partial", "Grant in part"
    DENY = "deny", "Deny"
    NONE = "none", "No responsive records"
    FEE = "fee", "Fee due before copies are made"


RELEASING = frozenset({AnswerOutcome.GRANT, AnswerOutcome.PARTIAL})
DENYING = frozenset({AnswerOutcome.DENY, AnswerOutcome.PARTIAL})
# Data of the readers, which no rule frees in general.
CONFIDENTIAL = frozenset({Data.REDACTED, Data.HITS, Data.PICTURES, Data.READS})


@dataclass(frozen=True)
class Rule:
    """What holds for a kind of requester and of data, by which law."""

    outcome: RuleOutcome
    basis: str


@enforces("SB40.confid/requests", "6.h.i/release")
def default_rule(data: Data) -> Rule:
    """Without a rule of the agency's own: what is data of the readers is confidential."""
    if data in CONFIDENTIAL:
        return Rule(RuleOutcome.DENIED, SB40)
    return Rule(RuleOutcome.CHIEF if data is Data.AUDIT else RuleOutcome.ALLOWED, IPRA)


def _cites(clause: str, basis: str) -> Decision:
    """Whether it may be the citation of a law."""
    help = "Cite the law: title and section."
    return must_say(clause, basis, "The legal basis is missing or too short.", help, "basis", CITATION)


@enforces("6.h.i/release", "SB40.confid/requests")
def may_propose_rule(data: Data, outcome: RuleOutcome, basis: str) -> Decision:
    """Whether such a rule may be proposed: it names its law, and frees no data of the readers in general."""
    if data in CONFIDENTIAL and outcome is RuleOutcome.ALLOWED:
        return Refusal(
            "SB40.confid",
            "License plate reader data are confidential.",
            "At most, let the Chief authorize each release, by a law that allows it.",
            field="outcome",
        )
    return _cites("6.h.i", basis)


@enforces("6.h.i/release")
def may_decide_rule(*, decided: bool, own: bool, seen: str, current: str) -> Decision:
    """Whether the Chief may approve or return a rule that somebody else proposed."""
    if decided:
        return Refusal("6.h.i", "This rule is already decided.", "See it under Release rules.")
    other = "Another person in the Chief's office must decide."
    decision = may_review("6.h.i", "release rule", own=own, assigned=True, with_whom=other)
    return decision if isinstance(decision, Refusal) else is_as_seen("6.h.i", "release rule", seen, current)


def plate_like(text: str) -> set[str]:
    """The words that may be plates, written in one or in two parts."""
    words = re.findall(r"[A-Z\d]+", text.upper())
    pairs = (first + second for first, second in pairwise(words))
    return {word for word in (*words, *pairs) if PLATE_LIKE.fullmatch(word)}


@enforces("SB40.confid/requests", "6.h.iii/redaction", "AC-4/released")
def may_attach(
    data: Data, *, pdf: bool, hidden: Sequence[str], words: int, places: Sequence[str]
) -> Decision:
    """Whether a file may be kept for an answer. `hidden`: what in it not every program shows; `words`: how many may be
    plates; `places`: where plates are that the agency knows. They are not named: the refusal is on the log."""
    refusal = partial(Refusal, "SB40.confid", field="file")
    if pdf and data is not Data.DOCUMENTS:
        return refusal("A PDF of counts cannot be searched for plates.", "Attach CSV, JSON or text.")
    if hidden:
        return refusal(f"The PDF has {listed(hidden)}.", "Print it to a new PDF, and attach that.")
    if words > MOST_SEARCHED:
        return refusal(
            f"More than {MOST_SEARCHED} words of this file may be plates.", "Attach counts, or in parts."
        )
    if places:
        where = listed(places[:5])
        return refusal(f"Plates that were read or listed are in this file: {where}.", "Take them out.")
    return Allow()


@enforces("SB40.confid/requests")
def may_take(text: str, waiting: int, most: int) -> Decision:
    """Whether a request is taken as it is written: not one for a list of plates. `waiting`: how many from the public
    page nobody acknowledged yet, `most` at once."""
    if waiting >= most:
        return Refusal(CLAUSE, "Too many requests are waiting.", "Send yours to the agency by mail.")
    if len(set(PLATE_LIKE.findall(text.upper()))) > MOST_PLATES:
        return Refusal(
            "SB40.confid",
            f"This request names more than {MOST_PLATES} plates.",
            "Reads are confidential. Ask for statistics instead, or for one matter at a time.",
            field="text",
        )
    return Allow()


def fingerprint(*parts: object) -> str:
    """A hash of all that an approval is for."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()


@dataclass(frozen=True)
class Proposal:
    """An answer as Records proposes it. `officials`: name and title of each who is responsible for a denial, a line
    each; `data`: what it releases."""

    outcome: AnswerOutcome
    data: tuple[Data, ...]
    basis: str
    text: str
    officials: str = ""
    fee: str = ""

    @property
    def officials_named(self) -> list[str]:
        """Each official, "Name, title"."""
        return [line.strip() for line in self.officials.splitlines() if line.strip()]


@enforces("6.h.iii/basis", "SB40.confid/requests", "6.h.i/release")
def may_propose(
    proposal: Proposal, rules: dict[Data, Rule], attached: Collection[Data], *, open: bool
) -> Decision:
    """Whether this answer may go to the Chief: by a law, within the release rules, with what IPRA asks of a denial.
    `rules`: of this requester; `attached`: what its files are."""
    return next(_objections(proposal, rules, attached, open), Allow())


def _objections(
    proposal: Proposal, rules: dict[Data, Rule], attached: Collection[Data], open: bool
) -> Iterator[Refusal]:
    if not open:
        yield Refusal(CLAUSE, "This request is already answered.", "No action is needed.")
    help = "State what is released, or what is not and why."
    for said in (
        _cites(CLAUSE, proposal.basis),
        must_say(CLAUSE, proposal.text, "The letter explains nothing yet.", help),
    ):
        if isinstance(said, Refusal):
            yield said
    releases = proposal.outcome in RELEASING
    if releases and not proposal.data:
        yield Refusal(
            CLAUSE, "The answer does not say what it releases.", "Check each kind of data.", field="kinds"
        )
    if not releases and (proposal.data or attached):
        yield Refusal(
            CLAUSE,
            "This answer releases nothing.",
            "Uncheck the data, and remove the files.",
            field="outcome",
        )
    for data in proposal.data:
        if rules[data].outcome is RuleOutcome.DENIED:
            yield Refusal(
                "SB40.confid" if data in CONFIDENTIAL else "6.h.i",
                f"The release rules deny this requester: {data.label}.",
                f"Deny that part, by {rules[data].basis}.",
                field="kinds",
            )
    if missing := [kind.label for kind in attached if kind not in proposal.data]:
        yield Refusal(
            CLAUSE,
            f"A file is attached that the answer does not name: {missing[0]}.",
            "Check that data, or remove the file.",
            field="kinds",
        )
    named = proposal.officials_named
    if proposal.outcome in DENYING and not (named and all("," in line for line in named)):
        yield Refusal(
            CLAUSE,
            "A denial names each person responsible for it, with their title.",
            "Write a line for each: name, title (NMSA 1978, 14-2-11).",
            field="officials",
        )
    if proposal.outcome is AnswerOutcome.FEE and not proposal.fee:
        yield Refusal(CLAUSE, "The fee is missing.", "Enter the amount (NMSA 1978, 14-2-9).", field="fee")


@enforces("6.h.iii/approval")
def may_decide(
    *,
    decided: bool,
    replaced: bool,
    own: bool,
    seen: str,
    current: str,
    approve: bool,
    note: str,
    needs_reason: bool,
) -> Decision:
    """Whether the Chief may decide the version that they saw: never their own. Returning it says why; so does
    authorizing what the release rules leave to them (`needs_reason`)."""
    if decided or replaced:
        why = "already decided" if decided else "replaced by a later one"
        return Refusal(CLAUSE, f"This answer is {why}.", "Reload the request.")
    other = "Another person in the Chief's office must decide."
    decision = may_review(CLAUSE, "answer", own=own, assigned=True, with_whom=other)
    if isinstance(decision, Refusal):
        return decision
    as_seen = is_as_seen(CLAUSE, "answer", seen, current)
    if isinstance(as_seen, Refusal) or (approve and not needs_reason):
        return as_seen
    help = (
        "State in a sentence which law authorizes it." if approve else "State in a sentence what to change."
    )
    return must_say(CLAUSE, note, "The reason is missing or too short.", help, "note")


@enforces("6.h.iii/approval")
def may_send(*, approved: bool, latest: bool, answered: bool, stored: str, current: str) -> Decision:
    """Whether an answer may leave: as the Chief approved it, and nothing later was proposed. `stored` and `current`:
    its fingerprint when it was proposed, and of what is there."""
    if answered:
        return Refusal(CLAUSE, "This request is already answered.", "No action is needed.")
    if not (approved and latest):
        return Refusal(
            CLAUSE, "The Chief has not approved this answer.", "It can be sent once it is approved."
        )
    if stored != current:
        return Refusal(
            CLAUSE, "This answer is not what was approved.", "Propose it again, and notify the administrator."
        )
    return Allow()


READ_ADDRESS = re.compile(r"(\d{4}-\d\d-\d\d)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
MOST_PICTURES = 20  # that a request names: each is reviewed by a person


@enforces("6.h.iii/redaction")
def may_name_picture(*, open: bool, exists: bool, named: int) -> Decision:
    """Whether a request may name a picture, to have it redacted. `named`: how many it names already."""
    if not open:
        return Refusal(CLAUSE, "This request is already answered.", "No action is needed.")
    if named >= MOST_PICTURES:
        return Refusal(
            CLAUSE,
            f"This request names {MOST_PICTURES} pictures already.",
            "Answer these first.",
            field="read",
        )
    if not exists:
        return Refusal(
            CLAUSE,
            "There is no such read, or it was destroyed.",
            "Find it under Chain of custody, and paste the address of that page.",
            field="read",
        )
    return Allow()


@enforces("6.h.iii/approval", "SB40.confid/requests", "AC-4/released")
def may_release(*, sent: bool) -> Decision:
    """Whether a file may leave for its requester: only with an answer that the Chief approved, once it was sent."""
    if sent:
        return Allow()
    return Refusal(
        CLAUSE,
        "No approved answer releases this file.",
        "It can leave once the Chief has approved its answer and it is sent.",
    )


def listed(words: Iterable[str]) -> str:
    """Words in a row: "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
