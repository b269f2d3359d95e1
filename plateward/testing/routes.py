"""Every route of the people's listener, from the resolver."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

SAMPLES = {
    "DayConverter": date(2026, 11, 24),
    "UUIDConverter": UUID(int=7),
    "IntConverter": 7,
    "StringConverter": "x",
    "SlugConverter": "plate",
}


@dataclass(frozen=True)
class Route:
    name: str
    converters: dict[str, Any]
    view: Callable[..., Any]

    @cached_property
    def path(self) -> str:
        """A path that resolves to it, with ids that do not exist."""
        return reverse(self.name, kwargs={key: sample(value) for key, value in self.converters.items()})


def sample(converter: Any) -> Any:
    return SAMPLES[type(converter).__name__]


def routes(
    resolver: URLResolver | None = None, space: str = "", above: dict[str, Any] | None = None
) -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        converters = (above or {}) | entry.pattern.converters
        if isinstance(entry, URLPattern):
            yield Route(space + (entry.name or ""), converters, entry.callback)
        else:
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space, converters)
