"""Request bodies are bounded in size, in time and in total."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from plateward.serve import bodies
from plateward.serve.bodies import BodyBudget, BodyRefused, ClientGone, declared_length, drop_rest, read_body


def client(*parts: bytes, stays: bool = False) -> Callable[[], Awaitable[Any]]:
    """Sends these parts; then ends, or stays and sends no more."""
    left = list(parts)

    async def receive() -> Any:
        if left:
            part = left.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(left) or stays}
        if stays:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return receive


def test_a_body_comes_whole() -> None:
    assert asyncio.run(read_body(client(b"ab", b"c"), 3)) == b"abc"


def test_one_that_is_too_long_is_refused_as_soon_as_it_is() -> None:
    with pytest.raises(BodyRefused, match="at most 2 KiB") as refused:
        asyncio.run(read_body(client(b"x" * 3000, stays=True), 2048))
    assert refused.value.status == 413


def test_one_that_stalls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 0.01)
    with pytest.raises(BodyRefused) as refused:
        asyncio.run(read_body(client(b"x", stays=True), 10))
    assert refused.value.status == 408


def test_what_a_refused_sender_still_sends_is_dropped_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "DROPPED_S", 0.01)
    monkeypatch.setattr(bodies, "MAX_DROPPED", 10)
    for parts, stays, more in (((b"xxxx",) * 9, False, 6), ((b"xxxx",), True, 0), ((), False, 0)):
        receive = client(*parts, stays=stays)
        asyncio.run(drop_rest(receive))
        if more:  # the first three were taken
            assert asyncio.run(read_body(receive, 100)) == b"xxxx" * more


def test_nobody_answers_who_has_hung_up() -> None:
    with pytest.raises(ClientGone):
        asyncio.run(read_body(client(), 10))


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ([], 0),
        ([(b"content-length", b"12")], 12),
        ([(b"transfer-encoding", b"chunked")], None),
        ([(b"content-length", b"12"), (b"transfer-encoding", b"chunked")], None),
    ],
)
def test_its_headers_say_how_long_it_is(headers: list[tuple[bytes, bytes]], length: int | None) -> None:
    assert declared_length({"headers": headers}) == length


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", b"9" * 20])
def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    with pytest.raises(BodyRefused) as refused:
        declared_length({"headers": [(b"content-length", length)]})
    assert refused.value.status == 400


def test_bodies_are_bounded_per_client_and_in_total() -> None:
    room = BodyBudget(of_one=10, in_all=15)
    with room.take("unit-12", 10):
        with pytest.raises(BodyRefused) as refused:
            room.take("unit-12", 1).__enter__()
        assert refused.value.status == 503
        with room.take("unit-14", 5), pytest.raises(BodyRefused):
            room.take("unit-16", 1).__enter__()
    with room.take("unit-12", 10):
        pass
