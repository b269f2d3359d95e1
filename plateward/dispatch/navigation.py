"""Dispatch's place in the navigation."""

from plateward.navigation import Link

MAP = Link("map:index", "Map")
PAGE = Link("dispatch:console", "Dispatch")
