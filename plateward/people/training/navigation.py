"""Training in the navigation."""

from plateward.navigation import Link

PAGE = Link("training:index", "Training")
