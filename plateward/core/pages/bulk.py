"""Rows of a list that are checked and decided together, each by its own act: web/check.html, web/check_all.html and
web/not_done.html show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.http import HttpRequest

from plateward.core.pages.fields import parse_numbers
from plateward.ground.errors import ActError

MOST_TOGETHER = 200  # rows of one press

T = TypeVar("T")


def checked(request: HttpRequest, name: str) -> list[int]:
    """The keys of the rows that were checked."""
    return parse_numbers(request.POST.getlist(name)[:MOST_TOGETHER])


@dataclass(frozen=True)
class Together(Generic[T]):
    """What became of them: those for which it was done, and those for which it was refused, each with why."""

    done: list[T] = field(default_factory=list)
    refused: list[tuple[T, ActError]] = field(default_factory=list)


def each(rows: Iterable[T], act: Callable[[T], object]) -> Together[T]:
    """Do it for each of them: a refusal keeps none of the others from it."""
    all_of_them = Together[T]()
    for row in rows:
        try:
            act(row)
        except ActError as refused:
            all_of_them.refused.append((row, refused))
        else:
            all_of_them.done.append(row)
    return all_of_them
