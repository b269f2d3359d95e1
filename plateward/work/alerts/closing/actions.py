"""Closing an alert and reviewing how. Each act decides, records and writes in one transaction."""

from dataclasses import asdict

from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.log import record_refusal
from plateward.field.hotlists.audience import list_administrators
from plateward.ground.policy.decision import Decision, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.superiors import is_above
from plateward.work.alerts.closing import rules
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.models import Enforcement, Review
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.reviewing import routing
from plateward.work.alerts.rules import may_stop
from plateward.work.alerts.step import step


@enforces("6.e.vii/thorough", "6.c.i.2/sworn", "6.b.i.9/entries")
def dispose(actor: PersonActor, alert: Alert, account: DispositionAccount) -> Disposition:
    """Close the alert with a thorough disposition; or complete one that was returned. The rooms above
    hear of it. Raises Refused."""
    with step(actor, Event.ALERT_DISPOSE, alert) as (locked, entry):
        entry.note(
            outcome=str(account.outcome),
            enforcement=[f"{action.kind}:{action.count}" for action in account.actions],
            persons_stopped=account.persons_stopped,
            force_used=account.force_used,
            property_recovered=account.recovered,
        )
        facts = locked.facts()
        if facts.returned:
            entry.note(amends=True)
        require(rules.may_dispose(facts, account))
        if account.outcome == AlertOutcome.ENFORCEMENT:
            require(may_stop(facts, actor.person.role, actor.person.employment.sworn_here))
        return write_disposition(actor, locked, account)


@enforces("6.e.vii/thorough")
def write_disposition(actor: PersonActor, locked: Alert, account: DispositionAccount) -> Disposition:
    """Within an act that may close it, on a locked alert."""
    said = asdict(account)
    named = said.pop("actions")
    disposition = Disposition.write(actor, alert=locked, **said)
    Enforcement.objects.bulk_create(Enforcement(disposition=disposition, **action) for action in named)
    settle_matter(Kind.DISPOSITION_RETURN, locked)
    _notify_if_nobody_can_review(disposition)
    return disposition


@enforces("6.e.vii/thorough", "6.c.ii/lists")
def _notify_if_nobody_can_review(disposition: Disposition) -> None:
    """Notify the list's administrator, who can name a reviewer."""
    hotlist = disposition.alert.entry.hotlist
    if not routing.reviewers_of(disposition.by, hotlist).nobody:
        return
    text = (
        f"No supervisor can review the disposition of alert {disposition.alert_id} of the list “{hotlist}” "
        f"(OPR:50 6.e.vii): none is in the list's audience. Add a supervisor of {disposition.by} in its "
        f"settings."
    )
    notify(list_administrators(hotlist), Kind.DISPOSITION_REVIEW, text, disposition)


def loaded_to_accept(dispositions: QuerySet[Disposition]) -> QuerySet[Disposition]:
    """With all that `accepts_with_others` looks at, in the same few queries for however many."""
    related = dispositions.select_related("mark", "alert__override")
    return related.prefetch_related("alert__explanations", "alert__dispositions")


def accepts_with_others(disposition: Disposition) -> Decision:
    """Whether it may be accepted in one act with others."""
    alert = disposition.alert
    return rules.may_accept_with_others(
        marked=hasattr(disposition, "mark"),
        overridden=hasattr(alert, "override"),
        explained=bool(alert.explanations.all()),
        versions=len(alert.dispositions.all()),
    )


@enforces("6.e.vii/thorough", "6.b.i.9/denied")
def accept_with_others(actor: PersonActor, disposition: Disposition) -> None:
    """Accept one of several, by its own record and entry. Raises Refused, on the log, if it needs its own review."""
    decision = accepts_with_others(disposition)
    if isinstance(decision, Refusal):
        record_refusal(actor, Event.ALERT_REVIEW, f"alert:{disposition.alert_id}", decision)
        raise Refused(decision)
    review(actor, disposition, returned=False)


@enforces("6.e.vii/thorough", "6.b.i.9/entries")
def review(actor: PersonActor, disposition: Disposition, *, returned: bool, words: str = "") -> None:
    """Accept it: nothing is missing; or return it for completion with this reason: the alert reopens for that alone.
    Raises Refused."""
    by = disposition.by
    with step(actor, Event.ALERT_REVIEW, disposition.alert) as (locked, entry):
        entry.note(disposition=disposition.pk, returned=returned)
        if returned:
            require(rules.may_return(words))
        # With the alert locked: of two reviews, the second sees the first.
        require(
            rules.may_review(
                own=by == actor.person,
                leads=is_above(actor.person, by),
                stands_in=routing.stands_in(actor.person, by, disposition.alert.entry.hotlist),
                reviewed=Review.objects.filter(disposition=disposition).exists(),
            )
        )
        Review.write(actor, disposition=disposition, returned=returned, words=words)
        settle_matter(Kind.DISPOSITION_REVIEW, disposition)
        if returned:
            text = (
                f"{actor.person} returned your disposition of alert {locked.pk}: “{words[:250]}” Complete it."
            )
            notify([by], Kind.DISPOSITION_RETURN, text, locked)
