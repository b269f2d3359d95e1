"""Dispatch's place in the navigation."""

from plateward.navigation import Link

PAGE = Link("dispatch:console", "Dispatch")
