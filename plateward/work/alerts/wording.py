"""Whether a text says something about the case at hand. Pure."""

import re

from plateward.core.decisions.rules import THOROUGH, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal

MIN_TELLING_WORDS = 3  # different words specific to this case
# Words that fit any case and so say nothing about this one.
GENERIC = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at because by case colleague danger dangerous emergency enforcement exigency exigent for
        generic grave have help immediate imminent in information investigation is it law life look need needed needs no
        now of officer officers official on or override overridden please police public purpose purposes reason reasons
        research risk safety security see serious share shared sharing situation test testing the there this threat time
        to urgency urgent us use very was we with work""",
    )
)


def is_specific(text: str) -> bool:
    """Whether it says more than what fits any case."""
    return says_enough(text, THOROUGH) and len(telling_words(text)) >= MIN_TELLING_WORDS


def must_tell(clause: str, text: str, reason: str, help: str, field: str) -> Decision:
    """Whether it does; if not, refused for this reason, with what to do, at this field of the form."""
    return Allow() if is_specific(text) else Refusal(clause, reason, help, field=field)


def telling_words(text: str) -> set[str]:
    """Its words that do not fit any case."""
    return set(re.findall(r"[^\W\d_]{2,}", text.lower())) - GENERIC
