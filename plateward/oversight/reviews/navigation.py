"""Audit reviews in the navigation."""

from plateward.navigation import Link
from plateward.oversight.reviews.models import AuditReview

PAGE = Link("reviews:index", "Audit reviews", lambda _: AuditReview.objects.unsigned().count())
