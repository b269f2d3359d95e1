"""The rules of the sharing configuration once more, as Cedar policies (cedarpolicy.com): an independent engine answers
generated requests, and so do the product's own pure functions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import cedarpy

from plateward.ground.policy.decision import Allow
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people import days
from plateward.people.agencies.limits import AGENCIES, as_signed, limits_of_scope
from plateward.people.agencies.rules import Question, Scope, may_ask
from plateward.people.permissions import Permission, Role
from plateward.people.sharing.limits import meet
from plateward.people.sharing.public import LIMITS as SINCE
from plateward.people.sharing.public import Public
from plateward.people.signed import PUBLIC, ROLES, InForce, within
from plateward.work.searches.models import Reach
from plateward.work.searches.scope import REACH, reach_within

A_WORLD = 250  # requests of each section
BEGIN = datetime(2026, 12, 1, tzinfo=UTC)
DISTRICTS = ("District 1", "District 3", "District 5", "District 9")
NONE, SIGNED, ALTERED = "nothing signed", "signed", "altered"
AS_IT_RUNS = {
    ROLES: {NONE, ALTERED},
    REACH: {NONE},
    AGENCIES: set[str](),
    PUBLIC: set[str](),
}  # where no signature limits a section


@dataclass(frozen=True)
class World:
    """What is signed and what runs: section → subject → what it may, as either side takes it."""

    state: str
    signed: dict[str, dict[str, Any]]
    running: dict[str, dict[str, Any]]

    @property
    def in_force(self) -> InForce:
        """As the product sees it."""
        if self.state == NONE:
            return InForce()
        sections: dict[str, dict[str, Any]] = {
            ROLES: {name: {"permissions": sorted(has)} for name, has in self.signed[ROLES].items()},
            REACH: {name: {REACH: reach.value} for name, reach in self.signed[REACH].items()},
            AGENCIES: {name: limits_of_scope(scope) for name, scope in self.signed[AGENCIES].items()},
            PUBLIC: {name: {"since": since.isoformat()} for name, since in self.signed[PUBLIC].items()},
        }
        return InForce(1, sections, "It was altered." if self.state == ALTERED else "")


def disagreements(requests: int, seed: int) -> list[str]:
    """Those of so many generated requests that the two answer differently."""
    rng, found, done = Random(seed), [], 0
    while done < requests:
        world = _world(rng)
        for section, asks in ASKS.items():
            asked = list(asks(rng, world))[: requests - done]
            answers = cedarpy.is_authorized_batch(
                [_request(section, subject, context) for subject, context, _ in asked],
                cedarpy.PolicySet.from_str("\n".join(_policies(world, section))),
                [],
            )
            for (subject, context, ours), answer in zip(asked, answers, strict=True):
                if answer.diagnostics.errors or answer.allowed is not ours:
                    told = f"{section} {subject}, {world.state}: {context}"
                    found.append(f"{told}: ours {ours}, Cedar {answer.allowed} {answer.diagnostics.errors}")
            done += len(asked)
    return found


# What Cedar hears.


def _request(section: str, subject: str, context: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "principal": f'{section}::"{subject}"',
        "action": 'Action::"use"',
        "resource": 'Hub::"reads"',
        "context": context,
    }


def _policies(world: World, section: str) -> Iterator[str]:
    """Permitted is what is signed; forbidden is what does not run."""
    every: dict[str, Callable[[Any], str]] = {
        ROLES: _role_terms,
        REACH: _reach_terms,
        AGENCIES: _agency_terms,
        PUBLIC: lambda since: f"context.day >= {since.toordinal()}",
    }
    terms = every[section]
    signed, running = world.signed[section], world.running[section]
    for subject in sorted({*signed, *running}):
        who = f'principal == {section}::"{subject}", action, resource'
        if world.state == SIGNED and subject in signed:
            yield f"permit({who}) when {{ {terms(signed[subject])} }};"
        elif section == REACH and world.state != NONE:
            yield f"permit({who}) when {{ context.steps == 0 }};"  # the own unit
        elif world.state in AS_IT_RUNS[section]:
            yield f"permit({who});"
        yield f"forbid({who}) unless {{ {terms(running[subject]) if subject in running else 'false'} }};"


def _named(names: Any) -> str:
    return "[" + ", ".join(f'"{name}"' for name in sorted(names)) + "]"


def _role_terms(permissions: frozenset[Permission]) -> str:
    return f"{_named(each.value for each in permissions)}.contains(context.permission)"


def _reach_terms(reach: Reach) -> str:
    return f"context.steps <= {list(Reach).index(reach)}"


def _agency_terms(scope: Scope) -> str:
    terms = [
        f"{_named(scope.purposes)}.contains(context.purpose)",
        f"{_named(scope.offenses)}.contains(context.offense)",
        "!context.places.isEmpty()",
        f"{_named(scope.places)}.containsAll(context.places)",
        f"context.since_day >= context.today - {scope.days_back}",
        f"context.asked < {scope.queries_a_day}",
        "true" if scope.images else "!context.images",
        f"context.now >= {_seconds(scope.begins)}",
        f"context.now < {_seconds(scope.ends)}",
    ]
    ends = (scope.declaration_ends, scope.revoked_at)
    return " && ".join([*terms, *(f"context.now < {_seconds(end)}" for end in ends if end)])


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


# What is asked, with the product's answer.

Ask = tuple[str, dict[str, Any], bool]


def _role_asks(rng: Random, world: World) -> Iterator[Ask]:
    in_force = world.in_force
    for _ in range(A_WORLD):
        role, permission = rng.choice(list(Role)), rng.choice(list(Permission))
        given = within(world.running[ROLES].get(role, frozenset()), in_force.limits(ROLES, role))
        yield role.value, {"permission": permission.value}, permission in given


def _reach_asks(rng: Random, world: World) -> Iterator[Ask]:
    in_force = world.in_force
    for _ in range(A_WORLD):
        role, steps = rng.choice(list(world.running[REACH])), rng.randrange(3)
        given = reach_within(world.running[REACH][role], in_force.limits(REACH, role))
        yield role, {"steps": steps}, steps <= list(Reach).index(given)


def _public_asks(rng: Random, world: World) -> Iterator[Ask]:
    """Of a day near the one since which something is public."""
    in_force = world.in_force
    for _ in range(A_WORLD):
        what, day = rng.choice(list(Public)), BEGIN.date() + timedelta(days=rng.randrange(6))
        since = world.running[PUBLIC].get(what)
        runs = {"since": since.isoformat()} if since else None
        given = meet(SINCE, in_force.limits(PUBLIC, what), runs)
        yield what.value, {"day": day.toordinal()}, given is not None and day.isoformat() >= given["since"]


def _agency_asks(rng: Random, world: World) -> Iterator[Ask]:
    """Near the bounds of what is signed or runs, mostly."""
    in_force = world.in_force
    for _ in range(A_WORLD):
        subject = rng.choice(sorted({*world.signed[AGENCIES], *world.running[AGENCIES]}))
        near: Scope = rng.choice(
            [side[AGENCIES][subject] for side in (world.signed, world.running) if subject in side[AGENCIES]]
        )
        ends = [end for end in (near.begins, near.ends, near.declaration_ends, near.revoked_at) if end]
        now = rng.choice(
            [near.begins + timedelta(days=3), rng.choice(ends) + timedelta(seconds=rng.choice((-1, 0, 1)))]
        )
        back = timedelta(days=near.days_back, hours=rng.choice((-24, -1, 0, 1, 24)))
        question = Question(
            purpose=_mostly(rng, near.purposes, list(PURPOSES)),
            offense=_mostly(rng, near.offenses, list(OFFENSES)),
            since=now - back,
            places=frozenset(rng.sample(sorted(near.places), min(len(near.places), rng.choice((0, 1, 1, 2)))))
            | ({rng.choice(DISTRICTS)} if rng.random() < 0.2 else set()),
            asked_today=max(0, near.queries_a_day + rng.choice((-2, -1, -1, 0))),
            images=rng.random() < 0.4,
        )
        running = world.running[AGENCIES].get(subject)
        scope = as_signed(running, in_force.limits(AGENCIES, subject)) if running else None
        context = {
            "purpose": question.purpose,
            "offense": question.offense,
            "since_day": days.day_of(question.since).toordinal(),
            "today": days.day_of(now).toordinal(),
            "places": sorted(question.places),
            "asked": question.asked_today,
            "images": question.images,
            "now": _seconds(now),
        }
        yield subject, context, isinstance(may_ask(scope, question, now), Allow)


ASKS = {ROLES: _role_asks, REACH: _reach_asks, AGENCIES: _agency_asks, PUBLIC: _public_asks}


def _mostly(rng: Random, some: frozenset[str], every: list[str]) -> str:
    return rng.choice(sorted(some)) if some and rng.random() < 0.85 else rng.choice(every)


# What is signed and runs.


def _world(rng: Random) -> World:
    signed: dict[str, dict[str, Any]] = {
        ROLES: {role.value: _some(rng, list(Permission), 0.4) for role in Role},
        REACH: {role: rng.choice(list(Reach)) for role in ("officer", "supervisor", "communications")},
        AGENCIES: {f"AZ01{n:02d}000": _scope(rng) for n in range(8)},
        PUBLIC: _since(rng),
    }
    running = {section: dict(subjects) for section, subjects in signed.items()}
    for role in Role:
        if rng.random() < 0.5:
            running[ROLES][role.value] = signed[ROLES][role.value] ^ _some(rng, list(Permission), 0.1)
    for name in signed[REACH]:
        if rng.random() < 0.5:
            running[REACH][name] = rng.choice(list(Reach))
    if rng.random() < 0.5:
        running[PUBLIC] = _since(rng)
    for ori in signed[AGENCIES]:
        if rng.random() < 0.5:
            running[AGENCIES][ori] = _changed(rng, signed[AGENCIES][ori])
    for side, section in ((signed, ROLES), (signed, REACH), (signed, AGENCIES), (running, AGENCIES)):
        side[section].pop(rng.choice(list(side[section])))
    return World(rng.choice([SIGNED] * 8 + [NONE, ALTERED]), signed, running)


def _since(rng: Random) -> dict[str, date]:
    """What is public since when."""
    return {
        what.value: BEGIN.date() + timedelta(days=rng.randrange(6)) for what in Public if rng.random() < 0.8
    }


def _some(rng: Random, of: list[Any], share: float) -> frozenset[Any]:
    return frozenset(each for each in of if rng.random() < share)


def _scope(rng: Random) -> Scope:
    begins = BEGIN + timedelta(days=rng.randrange(30))
    ends = begins + timedelta(days=rng.randrange(1, 365))
    declared = ends + timedelta(days=rng.randrange(-20, 20)) if rng.random() < 0.5 else None
    return Scope(
        purposes=_some(rng, list(PURPOSES), 0.5),
        offenses=_some(rng, list(OFFENSES), 0.5),
        places=_some(rng, list(DISTRICTS), 0.6),
        days_back=rng.randrange(1, 365),
        queries_a_day=rng.randrange(1, 50),
        images=rng.random() < 0.5,
        begins=begins,
        ends=ends,
        declaration_ends=declared,
    )


def _changed(rng: Random, scope: Scope) -> Scope:
    """The same, with a few of its fields as another has them, and sometimes revoked."""
    other = _scope(rng)
    fields = {name: getattr(rng.choice((scope, scope, other)), name) for name in Scope.__dataclass_fields__}
    revoked = scope.begins + timedelta(days=rng.randrange(1, 20)) if rng.random() < 0.2 else None
    return Scope(**(fields | {"revoked_at": revoked}))
