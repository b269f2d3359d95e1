"""Pictures of a page that one audit entry names together: their addresses say so, and no further entry is written."""

from django.core import signing

from plateward.ground.policy.trace import enforces

SALT = "plateward.field.reads.pages.listed"
LISTED_FOR = 15 * 60  # seconds in which the pictures of a page load
MAX_TOKEN = 300  # characters


@enforces("6.h.iv/custody")
def listed_token(page: str, read: str) -> str:
    """Says that an audit entry names this read as one of that page's pictures: those are not logged one by one."""
    return signing.TimestampSigner(salt=SALT).sign_object([page, read])


def is_listed(token: str, page: str, read: str) -> bool:
    """Whether this token was made for it a few minutes ago."""
    try:
        listed = signing.TimestampSigner(salt=SALT).unsign_object(token[:MAX_TOKEN], max_age=LISTED_FOR)
    except signing.BadSignature:
        return False
    return bool(listed == [page, read])
