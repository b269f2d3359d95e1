"""All pages that a role can open."""

import re
from collections.abc import Callable, Iterator

from django.http.response import HttpResponseBase
from django.test import Client

from plateward.people.permissions import ROLE_PERMISSIONS, Role
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES
from plateward.testing.routes import Route, routes

# Files: the site's own map; the agency's course material and protocols, which everybody reads again and again.
WITHOUT_A_PROOF = {"checks:instructions", "map_tiles", "protocols:original", "training:download"}
LINK = re.compile(rb'(?:href|src|action)="(/[^"#?]*)')


def routes_open_to(role: Role) -> list[Route]:
    """The routes that the role may open."""
    mine = ROLE_PERMISSIONS[role]
    return [
        route
        for route in routes()
        if isinstance(ROUTES[route.name], SignInStage) or ROUTES[route.name] in mine
    ]


def body(answer: HttpResponseBase) -> bytes:
    """A page's body; files of the web sources contain no data."""
    return getattr(answer, "content", b"")


def walk(
    client: Client, role: Role, passed_by: Callable[[str], bool] = lambda _: False
) -> Iterator[tuple[str, HttpResponseBase]]:
    """Every page that the role may open, and every address linked from one, except those `passed_by`."""
    client.raise_request_exception = False
    ways = [route.path for route in routes_open_to(role) if route.name not in ("account_logout", "banner")]
    seen: set[str] = set()
    while ways:
        path = ways.pop()
        if (
            path in seen
            or path.startswith("/static/")
            or "logout" in path
            or len(seen) > 300
            or passed_by(path)
        ):
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        yield path, answer
        ways += [link.decode() for link in LINK.findall(body(answer))]
