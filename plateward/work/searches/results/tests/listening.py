"""A browser that listens to a stream of results."""

import json
from collections.abc import Callable
from typing import Any, cast

from asgiref.sync import async_to_sync, sync_to_async
from django.http import Http404, QueryDict
from django.test import Client
from django.urls import resolve

from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.work.searches.results.views import stream

Heard = list[tuple[str, dict[str, Any]]]


def listen(client: Client, path: str, meanwhile: Callable[[str], bool] = lambda _: True) -> Heard:
    """The events of a stream by name, until it ends or `meanwhile` (called after each, with its name) closes it. An
    answer that is no stream is an event "status"."""
    request = client.get("/searches/own/").wsgi_request  # as the middleware admits it
    route, _, query = path.partition("?")
    arguments = resolve(route).kwargs
    request.GET = QueryDict(query)

    async def run() -> Heard:
        try:
            answer = await stream(request, **arguments)
        except Http404:
            return [("status", {"code": 404})]
        if not answer.streaming:
            return [("status", {"code": answer.status_code, "text": answer.content.decode()})]
        heard: Heard = []
        parts = cast(
            Any, answer
        )._iterator  # what Django wraps: so it is closed here, and not at some later time
        async for part in parts:
            name, _, data = part.strip().partition("\ndata: ")
            heard.append((name.removeprefix("event: "), json.loads(data)))
            if not await sync_to_async(meanwhile)(heard[-1][0]):
                break
        await parts.aclose()
        return heard

    return async_to_sync(run)()


def text_of(heard: Heard) -> str:
    """All that a stream said."""
    return json.dumps(heard)


def data_of(heard: Heard, name: str) -> dict[str, Any]:
    """The last event of this name."""
    return next(data for other, data in reversed(heard) if other == name)


def leaves(event: str) -> list[Leaf]:
    """The entries of an event, oldest first."""
    rows = AuditEntry.objects.filter(event=event).order_by("sequence")
    return [leaf for row in rows if (leaf := row.leaf)]
