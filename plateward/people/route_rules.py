"""What a route may require of whoever asks."""

from dataclasses import dataclass
from enum import StrEnum

from plateward.people.permissions import Permission


class SignInStage(StrEnum):
    """What a route requires when it requires no permission. Each stage includes the ones before it."""

    PUBLIC = "nothing: it is a page for the public"
    BANNER = "nothing: it comes before everything else"
    BEFORE_LOGIN = "an acknowledged banner"
    FIRST_FACTOR = "a password, from someone who has no second factor yet"
    SIGNED_IN = "a log-in with a second factor"


class ProofRule(StrEnum):
    """Which requests need a proof from the last few minutes, besides what the row requires."""

    FACTOR = "the second factor, whether it reads or acts"
    FACTOR_FILE = "the second factor: search results or an image leave the hub as a file"
    FILE = "who it is, whether it reads or acts: a file leaves the hub"
    NONE = "nothing, though a file leaves: it has no person or plate"
    PERSON = "who it is, where it acts"
    TOKEN = "an API token, and no session: people/tokens"  # noqa: S105, a rule's name


@dataclass(frozen=True)
class RouteRule:
    """A route that also needs a proof, or that returns a file. No other route may (middleware.py)."""

    needs: Permission | SignInStage
    proof: ProofRule


def api_route(needs: Permission) -> RouteRule:
    """A route of the API: the person of a token asks, never a session."""
    return RouteRule(needs, ProofRule.TOKEN)


def file_route(needs: Permission) -> RouteRule:
    """A route that returns a file about people or plates."""
    return RouteRule(needs, ProofRule.FILE)
