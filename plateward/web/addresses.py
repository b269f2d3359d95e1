"""Addresses of pages that take no arguments. They never change, so each is computed once: a page shows dozens, and
Django takes as long for one as for a short query."""

from functools import cache

from django.urls import reverse


@cache
def address_of(route: str) -> str:
    """The page's address."""
    return reverse(route)
