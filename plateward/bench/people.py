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

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    import httpx
    from django.http import HttpRequest

    from plateward.people.models import Person

PEOPLE = 10_000
RECORDS = 20  # per person: each course, repeated over the years
SIGNED_IN = 500
REQUESTS = 4_000
REVOKED = 20
TARGET_MS, TARGET_S = 2.0, 1.0
ROUTE = "alerts:queue"
BATCH = 2_000  # rows per insert
PATIENCE_S = 15.0


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Raises PlatewardError if a node does not start."""
    from plateward.demo.processes import free_port

    ports = [(free_port(0), free_port(0)) for _ in range(2)]
    os.environ |= {"PLATEWARD_HOSTS": "localhost,127.0.0.1"} | _ports(*ports[0])
    os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_pages"  # as at the people's listener
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.serve.hub import prepare

    prepare()
    progress(f"making {PEOPLE:,} people and {PEOPLE * RECORDS:,} training records")
    people = fill(PEOPLE, RECORDS)
    chosen = Random(47).sample(people, SIGNED_IN)  # noqa: S311, the same people each time
    progress(f"signing {SIGNED_IN} of them in")
    cookies = {person.pk: sign_in(person) for person in chosen}
    progress(f"authorizing {REQUESTS:,} requests")
    figures = [*_requests(cookies), *_standing_figures(people, chosen, progress)]
    return [*figures, *_revocation(chosen[:REVOKED], cookies, ports, progress)]


def _ports(people: int, devices: int) -> dict[str, str]:
    return {"PLATEWARD_PORT": str(people), "PLATEWARD_DEVICE_PORT": str(devices)}


# The database's content.


def fill(people: int, records: int) -> list["Person"]:
    """Officers with approved access and all courses, with `records` training records each."""
    from django.contrib.auth.hashers import make_password
    from django.db import connection

    from plateward import clock
    from plateward.audit.actor import Actor
    from plateward.people import days
    from plateward.people.access.models import Access
    from plateward.people.courses import catalog
    from plateward.people.courses.models import Course, Record
    from plateward.people.models import Person
    from plateward.people.permissions import Role

    since = clock.now() - timedelta(days=30)
    with clock.set_to(since):
        catalog.create_policy_courses(Actor("system", "bench", "The benchmark"))
    nobody = make_password(None)  # nobody signs in with it
    made = Person.objects.bulk_create(
        (
            Person(
                username=f"officer-{n}",
                full_name=f"Officer {n}",
                badge=str(n),
                role=Role.OFFICER,
                sworn=True,
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


def sign_in(person: "Person") -> str:
    """A session of this person, second factor included; returns its cookie."""
    from django.conf import settings

    from plateward.people.testing import signed_in

    return signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value


# A request's authorization.


def _requests(cookies: dict[int, str]) -> list[Figure]:
    from django.db import connection

    random = Random(48)  # noqa: S311, the same order each time
    order = random.choices(list(cookies.values()), k=REQUESTS)
    ask = authorization_chain()
    took = []
    for cookie in order:
        request = request_with(cookie)
        begun = time.perf_counter()
        ask(request)
        connection.close()  # as at the end of each request
        took.append((time.perf_counter() - begun) * 1000)
    requests = []
    for _ in range(50):
        begun = time.perf_counter()
        connection.ensure_connection()
        connection.close()
        requests.append((time.perf_counter() - begun) * 1000)
    mean = sum(took) / len(took)
    p95 = percentile(took, 0.95)
    return [
        Figure("people", PEOPLE, "people"),
        Figure("training records", PEOPLE * RECORDS, "records"),
        Figure("authorization of a request, mean", mean, "ms", TARGET_MS, mean <= TARGET_MS),
        Figure("authorization of a request, p50", percentile(took, 0.5), "ms"),
        Figure("authorization of a request, p95", p95, "ms", TARGET_MS, p95 <= TARGET_MS),
        Figure("a database connection, taken and left again, p50", percentile(requests, 0.5), "ms"),
    ]


def request_with(cookie: str) -> "HttpRequest":
    """A browser's request for the alerts, resolved to its route."""
    from django.conf import settings
    from django.test import RequestFactory
    from django.urls import resolve, reverse

    path = reverse(ROUTE)
    factory = RequestFactory(headers={"accept": "text/html"})
    factory.cookies[settings.SESSION_COOKIE_NAME] = cookie
    request = factory.get(path)
    request.resolver_match = resolve(path)
    return request


def authorization_chain() -> Callable[["HttpRequest"], Any]:
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
    people: Sequence["Person"], chosen: Sequence["Person"], progress: Callable[[str], None]
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
    looks = []
    for _ in range(20):
        begun = time.perf_counter()
        assert open_sessions.refusals_of_sessions(sessions, Permission.ALERT_VIEW) == {}  # noqa: S101
        looks.append((time.perf_counter() - begun) * 1000)
    return [
        Figure(f"standing of all {len(people):,} people", all_of_them, "s"),
        Figure(f"one look for {len(sessions)} live streams, p50", percentile(looks, 0.5), "ms"),
    ]


# From a penalty to its effect, at real nodes.


def _revocation(
    revoked: Sequence["Person"],
    cookies: dict[int, str],
    ports: Sequence[tuple[int, int]],
    progress: Callable[[str], None],
) -> list[Figure]:
    from django.conf import settings

    from plateward.demo.processes import Processes

    folder: Path = settings.HOME.parent
    with Processes(folder / "logs") as processes:
        for number, pair in enumerate(ports):
            progress(f"starting node {number + 1}")
            processes.start(f"node-{number}", "plateward", "serve", env=_ports(*pair))
            processes.await_line(f"node-{number}", "People: ")
        progress(f"revoking the access of {len(revoked)} people, one after the other")
        took = [_revoke(person, cookies[person.pk], [people for people, _ in ports]) for person in revoked]
    streams, requests = [s for some, _ in took for s in some], [s for _, some in took for s in some]
    return [
        _within("from a penalty to the end of a live stream, max", max(streams)),
        Figure("from a penalty to the end of a live stream, p50", percentile(streams, 0.5), "s"),
        _within("from a penalty to the refusal of the next request, max", max(requests)),
        Figure("nodes", len(ports), "nodes"),
    ]


def _within(name: str, seconds: float) -> Figure:
    return Figure(name, seconds, "s", TARGET_S, seconds <= TARGET_S)


def _revoke(person: "Person", cookie: str, nodes: Sequence[int]) -> tuple[list[float], list[float]]:
    """For each node, the seconds from the commit until the person's stream ends, and until a request is refused."""
    from plateward.audit.actor import Actor
    from plateward.people.penalties import actions

    gloria = Actor("person", "gloria", "Gloria Gallegos")
    with ExitStack() as everything, ThreadPoolExecutor(len(nodes)) as pool:
        clients = [everything.enter_context(browser(node, cookie)) for node in nodes]
        streams = [everything.enter_context(_stream(client)) for client in clients]
        for stream in streams:
            next(stream)
        ends = [pool.submit(_await_end, stream) for stream in streams]
        actions.record_offense(gloria, person, "Looked up a neighbor.", "6.a.ii.3", looked_at=1)
        committed = time.perf_counter()
        requests = [_await_refusal(client) - committed for client in clients]
        return [end.result(PATIENCE_S) - committed for end in ends], requests


@contextmanager
def browser(port: int, cookie: str) -> Iterator["httpx.Client"]:
    """A client that sends requests like a browser with this session."""
    import ssl

    import httpx
    from django.conf import settings

    from plateward.vault.authority import Authority

    trusted = ssl.create_default_context(cadata=Authority.open(settings.RING).certificate_pem)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    url = f"https://localhost:{port}"
    with httpx.Client(
        base_url=url, verify=trusted, trust_env=False, headers=headers, timeout=PATIENCE_S
    ) as client:
        yield client


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
