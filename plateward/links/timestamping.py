"""The client of an RFC 3161 timestamp authority: it is sent a hash, and answers with a signed time.

HTTP is enough: the answer proves itself, and the question says nothing.
"""

import asyncio
import ssl

import httpx
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
)

from plateward.errors import PlatewardError
from plateward.links.timestamp_response import MAX_RESPONSE_BYTES, parse_response
from plateward.policy.trace import enforces

WAIT_S = 8.0  # for all of it


class TimestampAway(PlatewardError):
    """The authority gave no usable timestamp; the sentence says why."""


@enforces("6.i.ii", "6.j.i")
def ask_timestamp(url: str, content: bytes, tls: ssl.SSLContext, within: float = WAIT_S) -> bytes:
    """The response (DER) of the authority at `url` over exactly this content, and to this very question. Who signed it
    is for the caller to check. Raises TimestampAway."""
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        answer = asyncio.run(_post(url, request.as_bytes(), tls, within))
        response = parse_response(answer)
    except TimeoutError as error:
        raise TimestampAway("It does not answer in time.") from error
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise TimestampAway(f"It does not answer ({type(error).__name__}).") from error
    except ValueError as error:
        raise TimestampAway("It answers with something that is no timestamp.") from error
    _require_answer(request, response)
    return answer


def _require_answer(request: TimeStampRequest, response: TimeStampResponse) -> None:
    if response.status != 0:
        raise TimestampAway(
            f"It refuses (status {response.status}: {'; '.join(response.status_string)[:200]})."
        )
    stamped = response.tst_info
    if stamped.message_imprint.message != request.message_imprint.message or stamped.nonce != request.nonce:
        raise TimestampAway("It answers another question: its timestamp is of another content or nonce.")


async def _post(url: str, content: bytes, tls: ssl.SSLContext, within: float) -> bytes:
    # httpx's own timeouts are for each read: what sends a byte now and then would never be over.
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    async with (
        asyncio.timeout(within),
        httpx.AsyncClient(verify=tls, timeout=WAIT_S, trust_env=False, follow_redirects=False) as client,
        client.stream("POST", url, content=content, headers=headers) as answer,
    ):
        if answer.status_code != 200:
            raise TimestampAway(f"It answers {answer.status_code}.")
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > MAX_RESPONSE_BYTES:
                raise TimestampAway("Its answer is too long.")
        return body
