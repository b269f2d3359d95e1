from plateward.navigation import Link
from plateward.oversight.integrity.overview import failing_count

PAGE = Link("integrity:index", "Integrity", lambda _: failing_count())
