"""What authorization costs a request, and how soon a person whose access ends is refused everywhere.

10,000 people with 200,000 training records are in the database. A request's authorization is everything between it and
its view: a database connection, session, person, sign-in, second factor, standing, permission; only the connection is
kept for the next request. The nodes are real, as `plateward serve` starts them; this process records a penalty, which
they learn only from their database."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from plateward.bench.figures import Figure, Progress, at_most, percentile, seconds, spread
from plateward.bench.hub import PATIENCE_S, HubNode, browser, free_nodes, prepare_hub, running, sign_in

if TYPE_CHECKING:
    import httpx
    from django.http import HttpRequest

    from plateward.core.audit.actor import Actor
    from plateward.people.models import Person

PEOPLE = 10_000
RECORDS = 20  # per person: each course, repeated over the years
SIGNED_IN = 500
REQUESTS = 4_000
REVOKED = 20
TARGET_MS, TARGET_S = 2.0, 1.0
ROUTE = "alerts:queue"
BATCH = 2_000  # rows per insert


def run(progress: Progress) -> list[Figure]:
    """Raises PlatewardError if a node does not start."""
    nodes = free_nodes(2)
    os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_pages"  # as at the people's listener
    folder = prepare_hub()
    progress(f"making {PEOPLE:,} people and {PEOPLE * RECORDS:,} training records")
    people = _fill(PEOPLE, RECORDS)
    chosen = Random(47).sample(people, SIGNED_IN)  # noqa: S311, the same people each time
    progress(f"signing {SIGNED_IN} of them in")
    cookies = {person.pk: sign_in(person) for person in chosen}
    progress(f"authorizing {REQUESTS:,} requests")
    figures = [*_requests(cookies), *_standing_figures(people, chosen, progress)]
    return [*figures, *_revocation(folder, chosen[:REVOKED], cookies, nodes, progress)]


# The database's content.


def _fill(people: int, records: int) -> list["Person"]:
    """Officers with approved access and all courses, with `records` training records each, in one act."""
    from plateward.core.audit.actor import Actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.log import act

    actor = Actor("system", "bench", "The benchmark")
    with act(actor, Event.PERSON_CREATE, "bench"):
        return _filled(actor, people, records)


def _filled(actor: "Actor", people: int, records: int) -> list["Person"]:
    from django.contrib.auth.hashers import make_password
    from django.db import connection

    from plateward.ground import clock
    from plateward.people import days
    from plateward.people.access.models import Access
    from plateward.people.models import Person
    from plateward.people.permissions import Role
    from plateward.people.training import catalog
    from plateward.people.training.models import Course, Record

    since = clock.now() - timedelta(days=30)
    with clock.set_to(since):
        catalog.create_policy_courses(actor)
    nobody = make_password(None)  # nobody signs in with it
    made = Person.objects.bulk_create(
        (
            Person(
                username=f"officer-{n}",
                full_name=f"Officer {n}",
                badge=str(n),
                role=Role.OFFICER,
                sworn=True,
                employed_since=days.day_of(since),
                password=nobody,
            )
            for n in range(people)
        ),
        batch_size=BATCH,
    )
    decided = {"requested_by": "system:bench", "decided_by": "system:bench", "decision": "approved"}
    Access.objects.bulk_create(
        (
            Access(person=person, role=Role.OFFICER, reason="Patrol.", begins=since, **decided)
            for person in made
        ),
        batch_size=BATCH,
    )
    courses = list(Course.objects.filter(code__in=catalog.BASIC_COURSES))
    Record.objects.bulk_create(
        (
            Record(
                person=person,
                course=course,
                issuer="The academy",
                completed_on=day,
                score=90,
                recorded_by="system:bench",
                recorded_at=since,
            )
            for person in made
            for course, day in _courses_taken(courses, days.day_of(since), records)
        ),
        batch_size=BATCH,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a site's autovacuum does within the minute
    return made


def _courses_taken(courses: Sequence[Any], latest: date, records: int) -> Iterator[tuple[Any, date]]:
    """Courses with their dates: every 90 days, the last on `latest`."""
    for number in range(records):
        again, index = divmod(number, len(courses))
        yield courses[index], latest - timedelta(days=90 * again)


# A request's authorization.


def _requests(cookies: dict[int, str]) -> list[Figure]:
    from django.db import connection

    random = Random(48)  # noqa: S311, the same order each time
    order = random.choices(list(cookies.values()), k=REQUESTS)
    ask = _authorization_chain()
    took = []
    for cookie in order:
        request = _request_with(cookie)

        def whole(request: "HttpRequest" = request) -> None:
            ask(request)
            connection.close()  # as at the end of each request

        took.append(1000 * seconds(whole))
    mean = sum(took) / len(took)
    return [
        Figure("people", PEOPLE, "people"),
        Figure("training records", PEOPLE * RECORDS, "records"),
        at_most("authorization of a request, mean", mean, "ms", TARGET_MS),
        *spread("authorization of a request", took, "ms", TARGET_MS),
    ]


def _request_with(cookie: str) -> "HttpRequest":
    """A browser's request for the alerts, resolved to its route."""
    from django.test import RequestFactory
    from django.urls import resolve, reverse

    path = reverse(ROUTE)
    request = RequestFactory(headers={"accept": "text/html", "cookie": cookie}).get(path)
    request.resolver_match = resolve(path)
    return request


def _authorization_chain() -> Callable[["HttpRequest"], Any]:
    """The middleware in the settings that does authorization, in front of an empty view."""
    from django.contrib.auth.middleware import AuthenticationMiddleware
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.http import HttpRequest, HttpResponse

    from plateward.people.sign_in.middleware import DefaultDeny

    deny = DefaultDeny(lambda _: HttpResponse())

    def enter(request: HttpRequest) -> HttpResponse:
        refused = deny.process_view(request, enter, (), {})
        assert refused is None, refused  # noqa: S101  # else something else than authorization is measured
        return HttpResponse()

    return SessionMiddleware(AuthenticationMiddleware(enter))


# Many people at once.


def _standing_figures(
    people: Sequence["Person"], chosen: Sequence["Person"], progress: Progress
) -> list[Figure]:
    from plateward.people.access import standing
    from plateward.people.models import SignIn
    from plateward.people.permissions import Permission
    from plateward.people.sign_in import open_sessions

    progress("computing the standing of all of them")
    begun = time.perf_counter()
    standings = standing.standings_of([item.pk for item in people])
    all_of_them = time.perf_counter() - begun
    assert all(item.authorized for item in standings.values())  # noqa: S101  # or it is another measurement
    tokens = dict(SignIn.objects.values_list("person_id", "token"))
    sessions = {open_sessions.OpenSession(item.pk, str(tokens[item.pk])) for item in chosen}

    def look() -> None:
        assert open_sessions.refusals_of_sessions(sessions, Permission.ALERT_VIEW) == {}  # noqa: S101

    looks = [1000 * seconds(look) for _ in range(20)]
    return [
        Figure(f"standing of all {len(people):,} people", all_of_them, "s"),
        Figure(f"one look for {len(sessions)} live streams, p50", percentile(looks, 0.5), "ms"),
    ]


# From a penalty to its effect, at real nodes.


def _revocation(
    folder: Path,
    revoked: Sequence["Person"],
    cookies: dict[int, str],
    nodes: Sequence[HubNode],
    progress: Progress,
) -> list[Figure]:
    progress(f"starting {len(nodes)} nodes")
    with running(folder, nodes):
        progress(f"revoking the access of {len(revoked)} people, one after the other")
        took = [_revoke(person, cookies[person.pk], nodes) for person in revoked]
    streams, requests = [s for some, _ in took for s in some], [s for _, some in took for s in some]
    return [
        at_most("from a penalty to the end of a live stream, max", max(streams), "s", TARGET_S),
        Figure("from a penalty to the end of a live stream, p50", percentile(streams, 0.5), "s"),
        at_most("from a penalty to the refusal of the next request, max", max(requests), "s", TARGET_S),
        Figure("nodes", len(nodes), "nodes"),
    ]


def _revoke(person: "Person", cookie: str, nodes: Sequence[HubNode]) -> tuple[list[float], list[float]]:
    """For each node, the seconds from the commit until the person's stream ends, and until a request is refused."""
    from plateward.core.audit.actor import Actor
    from plateward.people.penalties import actions

    gloria = Actor("person", "gloria", "Gloria Gallegos")
    with ExitStack() as everything, ThreadPoolExecutor(len(nodes)) as pool:
        clients = [everything.enter_context(browser(node, cookie)) for node in nodes]
        streams = [everything.enter_context(_stream(client)) for client in clients]
        for stream in streams:
            next(stream)
        ends = [pool.submit(_await_end, stream) for stream in streams]
        actions.record_offense(gloria, person, "Looked up a neighbor.", "6.a.ii.3", seen=1)
        committed = time.perf_counter()
        requests = [_await_refusal(client) - committed for client in clients]
        return [end.result(PATIENCE_S) - committed for end in ends], requests


@contextmanager
def _stream(client: "httpx.Client") -> Iterator[Iterator[str]]:
    """The lines of an open stream."""
    with client.stream("GET", "/alerts/stream", headers={"Accept": "text/event-stream"}) as answer:
        answer.raise_for_status()
        yield answer.iter_lines()


def _await_end(lines: Iterator[str]) -> float:
    """The time at which the stream ended."""
    for _ in lines:
        pass
    return time.perf_counter()


def _await_refusal(client: "httpx.Client") -> float:
    """The time of the first refusal, sending request after request."""
    for _ in count():
        if client.get("/alerts/", headers={"Accept": "application/json"}).status_code == 403:
            break
    return time.perf_counter()
