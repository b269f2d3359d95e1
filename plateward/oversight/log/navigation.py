"""The audit log in the navigation."""

from plateward.navigation import Link

PAGE = Link("audit:index", "Audit log")
