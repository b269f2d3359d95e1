"""The hot list as readers get it: whole, or as the change since another version, signed by the hub."""

from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import PRINTABLE, Moment, Name, Signature, Signing, require_utc
from plateward.ground.wire.entries import MAX_ENTRIES, EntryColumns, ListId

HOTLIST_PURPOSE = b"plateward.hotlist.v2"
DELTA_PURPOSE = b"plateward.hotlist.delta.v1"
MAX_HOTLIST_BYTES = 1024 * 1024 * 1024
MAX_LISTS = 1000


@enforces("5.g/source", "5.f/agency")
class ListHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list: its source, what a match with it does, and how old it is.

    `alarms` maps a kind of match (matching.kinds: "exact", "folded" …) to what it does; an absent kind is off.
    `refreshed_at` is when its source last supplied it, None if never; from `stale_at` on nothing on it matches, None is
    never.
    """

    id: ListId
    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=PRINTABLE)]
    source: Name
    alarms: dict[
        Annotated[str, Meta(pattern=r"\A[a-z]{1,16}\Z")], Annotated[str, Meta(pattern=r"\A(ring|show|off)\Z")]
    ]
    sound: Name = "standard"
    refreshed_at: Moment | None = None
    stale_at: Moment | None = None

    def __post_init__(self) -> None:
        for name in ("refreshed_at", "stale_at"):
            if moment := getattr(self, name):
                require_utc(moment, name)


Lists = Annotated[list[ListHead], Meta(max_length=MAX_LISTS)]


def _check_lists(made_at: Moment, lists: list[ListHead], entries: EntryColumns) -> None:
    require_utc(made_at, "made_at")
    list_ids = {head.id for head in lists}
    if len(list_ids) < len(lists):
        raise ValueError("two lists have one id")
    if not all(shared.list_id in list_ids for shared in entries.shared):
        raise ValueError("an entry is of a list that is not named")


class WireHotList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All entries in force at `made_at`; two lists of the same version are equal."""

    version: Name
    made_at: Moment
    lists: Lists
    entries: EntryColumns

    def __post_init__(self) -> None:
        _check_lists(self.made_at, self.lists, self.entries)


class HotListDelta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The change from version `since` to `version`. `lists` are all lists of the new version, so a list missing there
    is gone with its entries; `removed` are ids, 16 bytes each; an entry added under an existing id replaces it. `count`
    is the new version's number of entries: a receiver with a different number did not have `since`.
    """

    since: Name
    version: Name
    made_at: Moment
    lists: Lists
    added: EntryColumns
    removed: Annotated[bytes, Meta(max_length=16 * MAX_ENTRIES)]
    count: Annotated[int, Meta(ge=0, le=MAX_ENTRIES)]

    def __post_init__(self) -> None:
        _check_lists(self.made_at, self.lists, self.added)
        if len(self.removed) % 16:
            raise ValueError("removed does not consist of ids of 16 bytes")


class SignedHotList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hot list as msgpack, and the hub's signature over exactly these bytes."""

    body: Annotated[bytes, Meta(max_length=MAX_HOTLIST_BYTES)]
    signature: Signature


class SignedDelta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of a hot list as msgpack, and the hub's signature over exactly these bytes."""

    body: Annotated[bytes, Meta(max_length=MAX_HOTLIST_BYTES)]
    signature: Signature


HOTLISTS = Signing(WireHotList, SignedHotList, HOTLIST_PURPOSE, MAX_HOTLIST_BYTES)
DELTAS = Signing(HotListDelta, SignedDelta, DELTA_PURPOSE, MAX_HOTLIST_BYTES)
sign_hotlist, open_hotlist, decode_hotlist = HOTLISTS.sign, HOTLISTS.open, HOTLISTS.decode
sign_delta, open_delta, decode_delta = DELTAS.sign, DELTAS.open, DELTAS.decode
