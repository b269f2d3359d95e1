"""A reader's copy of its lists, for tests."""

from django.conf import settings
from django.http import HttpResponse

from plateward.ground import clock
from plateward.ground.matching.engine import HotListIndex
from plateward.ground.wire.hotlist import decode_delta, decode_hotlist, open_delta, open_hotlist
from plateward.ground.wire.request import DELTA_HEADER
from plateward.testing.roadside import Roadside


class Held:
    """Updated as a reader does it."""

    def __init__(self, reader: Roadside) -> None:
        self.reader = reader
        self.index: HotListIndex | None = None
        self.lists: set[int] = set()
        self.got = ""

    def poll(self) -> HttpResponse:
        answer = self.reader.ask(self.index.version if self.index is not None else "", self.lists)
        hub = settings.RING.signing("hotlist").public_key()
        self.got = "nothing"
        if answer.status_code == 200 and answer.headers.get(DELTA_HEADER):
            assert self.index is not None
            delta = open_delta(hub, decode_delta(answer.content))
            self.index = self.index.after(delta)
            self.lists = {head.id for head in delta.lists}
            assert len(self.index) == delta.count
            self.got = "delta"
        elif answer.status_code == 200:
            hotlist = open_hotlist(hub, decode_hotlist(answer.content))
            self.index = HotListIndex.of(hotlist)
            self.lists = {head.id for head in hotlist.lists}
            self.got = "whole"
        return answer

    def has(self, *plates: str) -> list[bool]:
        assert self.index is not None
        return [bool(self.index.match(plate, None, clock.now())) for plate in plates]
