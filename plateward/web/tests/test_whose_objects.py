"""Every address that names a thing, requested by everybody: only its audience finds it there, and the log has every
other attempt.

people/tests/test_routes.py tests whose duty a route is. Here everybody with the duty requests things of every
audience. A new address with a thing's name in it needs a row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plateward.core.audit.models import AuditEntry, Tree
from plateward.people.permissions import ROLE_PERMISSIONS, Role
from plateward.people.proofs import by_token
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES
from plateward.people.testing import LAPSED, signed_in
from plateward.testing.routes import routes
from plateward.testing.undoing import undone
from plateward.web.tests.objects import World, world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause(
        "6.c.ii/lists",
        "6.c.ii/cases",
        "6.c.ii/people",
        "6.e.ii/share",
        "6.b.i.8/scope",
        "6.b.i.9/denied",
        "AU-2/acts",
        "AC-3/objects",
    ),
]


def people(names: str) -> frozenset[str]:
    return frozenset(names.split())


EVERYBODY = people("ada ben carla dario elena frank gloria hector iris jack kim lena marco nora olga pedro")

Whose = dict[str, frozenset[str]]
# The audience of each list; its administrators see all but the covert one.
LISTS: Whose = {
    "open": EVERYBODY,
    "unit": people("ben gloria"),
    "role": people("dario gloria"),
    "covert": people("carla"),
}
# Ben shares the alert of his unit with Ada.
ALERTS: Whose = LISTS | {"unit": people("ada ben")}
# Ada's superiors, whatever the list, unless it is covert.
LEAD_ADA = people("carla hector")
HOLDS: Whose = {"carla": people("carla gloria hector"), "iris": people("iris gloria hector")}
READERS: Whose = {"unit-14": people("ben carla frank gloria hector"), "gate-1": people("frank gloria hector")}
# The second is suspected to be Gloria's doing.
BREACHES: Whose = {
    "open": people("gloria hector lena marco"),
    "gloria": people("hector lena marco"),
}
# The second is about the administrator; Carla may be part of the third.
INVESTIGATIONS: Whose = {
    "ada": people("carla gloria hector"),
    "gloria": people("marco nora"),
    "shared": people("marco nora"),
}
PEOPLE: Whose = {
    "ada": people("carla gloria hector lena marco"),
    "olga": people("pedro gloria hector lena marco"),
}
ABOVE_JACK: Whose = {"jack": people("carla gloria hector lena marco")}
OFFICERS: Whose = {"officers": people("ada ben olga jack carla pedro gloria hector marco")}
# An approved protocol for officers; another that is a draft.
PROTOCOLS: Whose = OFFICERS | {"draft": people("gloria hector")}
ADAS: Whose = {"ada": people("ada")}

# Who finds the chain of custody of any read.
FINDERS = people("gloria hector iris marco nora")

# By route: the kind of thing that it names, and who may see which of them.
OF_AN_AUDIENCE: dict[str, tuple[str, Whose]] = {
    **dict.fromkeys(
        (
            *("alerts:act", "alerts:alert", "alerts:confirm", "alerts:explain", "alerts:moved"),
            *("alerts:observe", "alerts:override", "closing:dispose", "confirming:fault", "sharing:share"),
            *("marking:mark", "marking:undo"),
            *("dispatch:find", "dispatch:panel", "dispatch:tell"),
            *("verifying:door", "verifying:entry_answer", "verifying:entry_ask", "verifying:fmcsa"),
            *("verifying:hit", "verifying:ncic"),
        ),
        ("alert", ALERTS),
    ),
    **dict.fromkeys(("case_sheet:ask", "case_sheet:make"), ("alert", ALERTS)),
    "sharing:end": ("share", ALERTS),
    "closing:review": ("disposition", ALERTS),
    "overrides:review": (
        "override",
        {"open": LEAD_ADA, "unit": LEAD_ADA, "role": LEAD_ADA, "covert": people("carla")},
    ),
    **dict.fromkeys(
        (
            "dems:duty",
            "dems:export",
            "dems:look",
            "dems:package",
            "dems:progress",
            "dems:record",
            "dems:retry",
        ),
        (
            "duty",
            {
                "open": people("ada carla"),
                "unit": people("ada"),
                "role": people("ada"),
                "covert": people("carla"),
            },
        ),
    ),
    **dict.fromkeys(
        ("packages:discard", "packages:download", "packages:package", "packages:progress"),
        ("requested package", {"ada": people("ada")}),
    ),
    **dict.fromkeys(("dispatch:call", "dispatch:again"), ("call", ALERTS)),
    "reads:image": (
        "read",
        {f"{name}, {which}": who for name, who in ALERTS.items() for which in ("context", "plate")}
        | {f"own, {which}": people("ben elena") for which in ("context", "plate")},
    ),
    # Nobody without a records request that names the picture: sharing/redaction/tests.
    **dict.fromkeys(
        ("redaction:picture", "redaction:review"),
        ("whole read", dict.fromkeys((*ALERTS, "own"), people(""))),
    ),
    **dict.fromkeys(
        ("redaction:proof", "redaction:redacted", "redaction:result"),
        ("redacted picture", {"own": people("")}),
    ),
    "alerts:picture": ("whole read", ALERTS | {"own": people("")}),
    **dict.fromkeys(
        ("custody:ask", "custody:download", "custody:print"),
        ("whole read", ALERTS | {"own": people("ben elena")}),
    ),
    **dict.fromkeys(
        ("custody:chain", "custody:report"),
        ("whole read", {name: who | FINDERS for name, who in ALERTS.items()} | {"own": FINDERS}),
    ),
    **dict.fromkeys(
        ("requests:own", "requests:mend", "requests:withdraw"),
        ("request", dict.fromkeys(("open", "unit", "role", "covert"), people("ada"))),
    ),
    **dict.fromkeys(
        ("requests:review", "requests:emergency"),
        ("request", {"open": LEAD_ADA, "unit": LEAD_ADA, "role": LEAD_ADA, "covert": people("carla")}),
    ),
    # Of a search from a plate: patterns of one from a place answer like those that do not exist.
    **dict.fromkeys(("results:common_stops", "results:index", "results:last_seen"), ("search", ADAS)),
    **dict.fromkeys(("exports:ask", "exports:make"), ("search", ADAS)),
    **dict.fromkeys(("results:page", "results:stream"), ("results", ADAS)),
    **dict.fromkeys(("results:read", "results:unmask"), ("result", ADAS)),
    "results:image": ("result image", ADAS),
    **dict.fromkeys(("results:both_scenes", "results:traveled_with"), ("search", {"ada": people("")})),
    "findings:finding": (
        "finding",
        {
            "ada": people("carla gloria hector"),
            "gloria": people("marco nora"),
            "shared": people("marco nora"),
        },
    ),
    "reviews:answer": (
        "audit item",
        {
            "ada": people("gloria hector marco nora"),
            "gloria": people("hector marco nora"),
            "hector": people("marco nora"),
        },
    ),
    "reviews:question": ("question", {"ada": people("carla gloria hector marco nora")}),
    "command:absence_end": ("absence", {"carla": people("carla")}),
    **dict.fromkeys(("requests:history", "requests:remove", "hotlists:recall"), ("entry", LISTS)),
    **dict.fromkeys(
        (
            *("hotlists:basis", "hotlists:export", "hotlists:feed", "hotlists:feed_pull", "hotlists:list"),
            *("hotlists:notices", "hotlists:retire", "hotlists:settings"),
        ),
        ("list", LISTS),
    ),
    **dict.fromkeys(
        ("hotlists:load", "hotlists:apply", "hotlists:discard", "hotlists:rejected_file"), ("load", LISTS)
    ),
    "hotlists:return_ask": ("recalled", LISTS),
    "hotlists:return_decide": ("return", LISTS),
    # Only the person who announced a file sends it: all of these by Gloria.
    "hotlists:import_end": ("load", dict.fromkeys(LISTS, people("gloria"))),
    "hotlists:import_part": ("part", dict.fromkeys(LISTS, people("gloria"))),
    **dict.fromkeys(("outcomes:floor", "outcomes:review"), ("source", LISTS)),
    **dict.fromkeys(
        (
            *("breaches:breach", "breaches:close", "breaches:confirm", "breaches:cut", "breaches:exports"),
            *("breaches:note", "breaches:notified", "breaches:suspect"),
        ),
        ("breach", BREACHES),
    ),
    **dict.fromkeys(
        ("investigations:entries", "investigations:file", "investigations:investigation"),
        ("investigation", INVESTIGATIONS),
    ),
    **dict.fromkeys(("retention:hold", "retention:lift", "retention:review"), ("hold", HOLDS)),
    "investigations:act": ("act of an investigation", INVESTIGATIONS),
    **dict.fromkeys(("checks:instructions", "checks:reader"), ("reader", READERS)),
    "malfunctions:report_check": ("check", READERS),
    # The person who reported a malfunction sees its progress.
    **dict.fromkeys(
        ("malfunctions:malfunction", "malfunctions:repair"),
        ("malfunction", {name: who | people("ada") for name, who in READERS.items()}),
    ),
    "people:person": ("person", PEOPLE),
    "penalties:record": ("person", PEOPLE),
    **dict.fromkeys(("access:suspensions", "training:person"), ("username", PEOPLE)),
    **dict.fromkeys(("penalties:lift", "penalties:note", "penalties:offense"), ("offense", ABOVE_JACK)),
    **dict.fromkeys(("training:acknowledge", "training:download", "training:version"), ("version", OFFICERS)),
    **dict.fromkeys(
        (
            "protocols:acknowledge",
            "protocols:decide",
            "protocols:original",
            "protocols:review",
            "protocols:version",
        ),
        ("protocol version", PROTOCOLS),
    ),
    **dict.fromkeys(
        ("protocols:acknowledgments", "protocols:acknowledgments_file"),
        ("protocol version", PROTOCOLS | {"draft": people("")}),
    ),
    "protocols:withdraw": ("protocol", {"officers": people("hector"), "draft": people("")}),
    **dict.fromkeys(("searches:search", "searches:withdraw"), ("waiting search", {"ada": people("ada")})),
    **dict.fromkeys(("searches:decide", "searches:review_marked"), ("waiting search", {"ada": LEAD_ADA})),
    "read_sharing:read": ("whole read", ALERTS | {"own": people("ben elena")}),
    "read_sharing:end": ("read share", {"own": people("ben")}),
    "api_pages:revoke": ("token", {"ada": people("ada")}),
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), ("passkey", {"ada": people("ada")})),
}

# Everybody with the duty has it for all of these. Where a rule narrows it, the refusal cites its clause.
OF_THE_AGENCY = frozenset(
    {
        *(
            "access:leave",
            "access:office_end",
            "access:office_restore",
            "access:recovery_decide",
        ),
        *("access:register_file", "access:restore", "access:review", "access:review_change"),
        "compliance:export",
        *("access:review_close", "access:review_decide", "access:switch_off", "access:terminate"),
        *("access:withdraw", "api_pages:end"),
        *("checks:make", "fleet:revoke", "fleet:unit", "malfunctions:end", "malfunctions:report"),
        *(
            "placements:approve",
            "placements:assign",
            "placements:decide",
            "placements:deploy",
            "placements:end",
        ),
        *("agencies:agency", "agencies:consult", "agencies:decide", "agencies:declare", "agencies:letter"),
        "agencies:request",
        *("agencies:revoke", "configuration:decide", "configuration:document"),
        *("placements:incident", "placements:reader"),
        *("placements:transfer", "placements:zone_end"),
        *("reviews:in_order", "reviews:report", "reviews:review", "reviews:sign"),
        *("retention:certificate", "retention:certificate_file", "retention:decide", "retention:order"),
        *("retention:revoke", "retention:schedule", "retention:storage_check", "retention:storage_end"),
        "searches:stopped_request",
        *("hotlists:format", "hotlists:format_retire", "hotlists:protected_end", "hotlists:reason_retire"),
        "hotlists:format_suggest",
        "clause",  # of the policy
        "protocols:revise",
        *(
            "records:acknowledge",
            "records:attach",
            "records:attach_redacted",
            "records:decide",
            "records:extend",
        ),
        *("records:file", "records:name_picture"),
        *("records:letter", "records:propose", "records:request", "records:rule_decide", "records:send"),
        *("integrity:acceptance", "integrity:check", "integrity:decide"),
        *("yearly:approve", "yearly:export", "yearly:export_state", "yearly:report", "yearly:state"),
        *("people:district", "people:edit", "people:password", "people:release", "people:terminal_revoke"),
        "people:unit",
        *("training:close", "training:course", "training:course_edit", "training:duty"),
        *("training:exempt", "training:hand_over", "training:material", "training:readers"),
        *("training:release", "training:require", "training:withdraw"),
    }
)
HIDDEN = frozenset({403, 404})
# Colleagues and readers are no secret: these refusals name the owner, and the clause.
REFUSED_IN_WORDS = frozenset(
    {
        "checks:instructions",
        "checks:reader",
        "people:person",
        "penalties:lift",
        "penalties:note",
        "penalties:offense",
        "penalties:record",
    }
)
# The API's answer no session: searches/api/tests; what the public sees is the same for all: people/tests/test_routes.
NAMED = {
    route.name
    for route in routes()
    if route.converters and not by_token(route.name) and ROUTES[route.name] is not SignInStage.PUBLIC
}


def test_every_address_that_names_a_thing_has_a_row() -> None:
    assert OF_AN_AUDIENCE.keys() | OF_THE_AGENCY == NAMED
    assert not OF_AN_AUDIENCE.keys() & OF_THE_AGENCY


def has_the_duty(made: World, name: str, route: str) -> bool:
    needs = ROUTES[route]
    if isinstance(needs, SignInStage):
        return True
    return name != LAPSED and needs in ROLE_PERMISSIONS[Role(made.people[name].role)]


@dataclass
class Audience:
    """Who finds what. `log_size`: before any request, all of which are undone."""

    log_size: int
    acts_alone: set[str] = field(default_factory=set)  # routes known to have no page
    shows_alone: set[str] = field(default_factory=set)  # routes known to have no act

    def has(self, browser: Client, route: str, path: str) -> bool:
        """Whether this person finds it there. What is hidden is hidden from every method."""
        hidden = HIDDEN | ({409} if route in REFUSED_IN_WORDS else set())
        looked = 405 if route in self.acts_alone else self._answer(browser.get, path)
        if looked == 405:
            self.acts_alone.add(route)
            return self._answer(browser.post, path) not in hidden
        if looked not in hidden:
            return True
        done = 405 if route in self.shows_alone else self._answer(browser.post, path)
        if done == 405:
            self.shows_alone.add(route)
        assert done in hidden | {405}, f"{path} is hidden from who looks, and answers {done} to who acts"
        return False

    def _answer(self, ask: Callable[[str], Any], path: str) -> int:
        """The status; whoever is told that nothing is there is once on the log."""
        with undone():
            status = int(ask(path).status_code)
            if status == 404:
                attempts = AuditEntry.objects.filter(sequence__gte=self.log_size, outcome="refused")
                assert attempts.count() == 1, f"{path} hides something, and the log has {list(attempts)}"
            return status


@pytest.mark.usefixtures("unrendered", "alerts_shown_once")
def test_everybody_finds_what_they_are_in_the_audience_of_and_nothing_else() -> None:
    made = world()
    browsers = {name: signed_in(who) for name, who in made.people.items()}
    for browser in browsers.values():
        browser.raise_request_exception = False  # a refusal gets its page, as on a running hub
    assert browsers.keys() == EVERYBODY
    wrong, audience = [], Audience(Tree.objects.get().size)
    for route, (kind, whose) in OF_AN_AUDIENCE.items():
        assert made.named[kind].keys() == whose.keys(), route
        for name, arguments in made.named[kind].items():
            path = reverse(route, kwargs=arguments)
            asking = [who for who in sorted(EVERYBODY) if has_the_duty(made, who, route)]
            seen = {who for who in asking if audience.has(browsers[who], route, path)}
            if seen != whose[name] & set(asking):
                wrong.append((route, name, sorted(seen), sorted(whose[name] & set(asking))))
    assert wrong == []
