"""The compliance report in the navigation."""

from plateward.navigation import Link

PAGE = Link("compliance:index", "Compliance")
