"""Cutting off what a breach came from: a person, a terminal, a reader, API tokens, all exports."""

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.fleet.actions import revoke_reader
from plateward.fleet.models import Reader
from plateward.oversight.breaches import rules
from plateward.oversight.breaches.actions import add_step, lock_open, stop_exports
from plateward.oversight.breaches.models import Breach, Step
from plateward.oversight.breaches.rules import Cut
from plateward.people.access.suspensions.actions import switch_off
from plateward.people.actor import PersonActor
from plateward.people.models import Person, Terminal
from plateward.people.terminals import revoke_terminal
from plateward.people.tokens.actions import revoke_token
from plateward.people.tokens.models import ApiToken
from plateward.policy.decision import Refusal, Refused, require
from plateward.policy.trace import enforces


@enforces("6.b.i.11", "AC-2")
def cut_off(actor: PersonActor, breach: Breach, cut: Cut, name: str, reason: str) -> None:
    """Cut off the person or their tokens (by account), the terminal or the reader (by name), or all exports. Raises
    Refused."""
    if cut is Cut.EXPORTS:
        stop_exports(actor, breach, reason)
        return
    with act(actor, Event.BREACH_CUT, f"breach:{breach.pk}", reason=reason) as entry:
        breach = lock_open(breach)
        entry.note(cut=cut.value, name=name)
        require(rules.states_why(reason))
        label = _CUTS[cut](actor, name.strip(), f"{breach}: {reason.strip()}"[:400])
        add_step(actor, breach, Step.Kind.CUT_OFF, f"{label}. {reason}")


def _cut_person(actor: PersonActor, username: str, reason: str) -> str:
    person = Person.objects.filter(username=username.lower()).first()
    if person is None:
        raise _unknown("account", username)
    switch_off(actor, person, reason)
    return person.full_name


def _cut_terminal(actor: PersonActor, name: str, _reason: str) -> str:
    terminal = Terminal.objects.filter(name=name).first()
    if terminal is None:
        raise _unknown("terminal", name)
    revoke_terminal(actor, terminal)
    return f"Terminal {terminal.name}"


def _cut_reader(actor: PersonActor, name: str, _reason: str) -> str:
    reader = Reader.objects.filter(name=name, revoked_at=None).first()
    if reader is None:
        raise _unknown("reader in use", name)
    revoke_reader(actor, reader)
    return f"Reader {reader.name}"


def _cut_tokens(actor: PersonActor, username: str, _reason: str) -> str:
    tokens = ApiToken.objects.active(clock.now()).filter(person__username=username.lower())
    if not tokens:
        raise _unknown("account with API tokens in use", username)
    for token in tokens:
        revoke_token(actor, token)
    return f"API tokens of {tokens[0].person} ({len(tokens)})"


def _unknown(thing: str, name: str) -> Refused:
    wrong = f"There is no {thing} “{name[:40]}”." if name else "Nothing to cut off was named."
    remedy = "Check the spelling." if name else "Enter its name."
    return Refused(Refusal("6.b.i.11", wrong, remedy, field="name"))


_CUTS = {
    Cut.PERSON: _cut_person,
    Cut.TERMINAL: _cut_terminal,
    Cut.READER: _cut_reader,
    Cut.TOKEN: _cut_tokens,
}
