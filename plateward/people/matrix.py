"""Who may do what: the addresses behind each permission of the one table."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Permission
from plateward.people.routes import ROUTES


@enforces("6.b.i.8/matrix", "6.c.i.1/role", "6.c.i.2/sworn", "6.c.i.3/role", "6.c.i.4/role", "6.c.i.5/role")
def addresses_by_permission() -> dict[Permission, list[str]]:
    """The addresses that need it, for every permission, in the order of the table."""
    addresses = dict(_addresses())
    return {
        permission: [addresses[name] for name, needs in ROUTES.items() if needs is permission]
        for permission in Permission
    }


def _addresses(
    resolver: URLResolver | None = None, space: str = "", path: str = "/"
) -> Iterator[tuple[str, str]]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield space + (entry.name or ""), here
        else:
            yield from _addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space, here)
