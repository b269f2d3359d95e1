"""The client of an RFC 3161 timestamp authority: it is sent a hash, and answers with a signed time.

HTTP is enough: the answer proves itself, and the question says nothing.
"""

import ssl

from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
)

from plateward.ground.errors import PlatewardError
from plateward.ground.links.https import HttpQuestion, NoAnswer, ask
from plateward.ground.links.timestamp_response import MAX_RESPONSE_BYTES, parse_response
from plateward.ground.policy.trace import enforces

WAIT_S = 8.0  # for all of it


class TimestampAway(PlatewardError):
    """The authority gave no usable timestamp; the sentence says why."""


@enforces("6.i.ii/tls")
def ask_timestamp(url: str, content: bytes, tls: ssl.SSLContext) -> bytes:
    """The response (DER) of the authority at `url` over exactly this content, and to this very question. Who signed it
    is for the caller to check. Raises TimestampAway."""
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    kinds = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    question = HttpQuestion("POST", url, kinds, request.as_bytes())
    try:
        answer = ask("The timestamp authority", question, tls, WAIT_S, MAX_RESPONSE_BYTES)
        if answer.status != 200:
            raise TimestampAway(f"It answers {answer.status}.")
        response = parse_response(answer.body)
    except NoAnswer as no:
        raise TimestampAway(f"It {no}.") from no
    except ValueError as error:
        raise TimestampAway("It answers with something that is no timestamp.") from error
    _require_answer(request, response)
    return answer.body


def _require_answer(request: TimeStampRequest, response: TimeStampResponse) -> None:
    if response.status != 0:
        raise TimestampAway(
            f"It refuses (status {response.status}: {'; '.join(response.status_string)[:200]})."
        )
    stamped = response.tst_info
    if stamped.message_imprint.message != request.message_imprint.message or stamped.nonce != request.nonce:
        raise TimestampAway("It answers another question: its timestamp is of another content or nonce.")
