"""Entries that are published whole: proven with the log's key alone, and the wrong one is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.export_entries import NotProven
from plateward.core.audit.log import record
from plateward.core.audit.models import Tree
from plateward.core.audit.proven import verify_entries
from plateward.core.audit.signatures import public_key_text
from plateward.core.audit.testing import follow_log_key, rotating_ring
from plateward.ground import clock
from plateward.ground.vault.versions import RotatingKey
from plateward.oversight.proven_entries import prove_entries

pytestmark = pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")


@pytest.fixture
def numbers(db: None) -> list[int]:
    begin = Tree.objects.get().size
    for number in range(5):
        record(HUB, Event.RETENTION_RUN, f"day:{number}", days=number)
    return [begin + 1, begin + 3]


@pytest.fixture
def content(numbers: list[int]) -> bytes:
    return prove_entries(numbers)


@pytest.fixture
def key(db: None) -> str:
    return public_key_text(settings.RING.signing("audit"))


def test_the_first_key_proves_what_later_ones_signed(
    numbers: list[int], key: str, settings: Any, tmp_path: Path
) -> None:
    ring = rotating_ring(settings, tmp_path)
    signers = [key, follow_log_key(ring, HUB)]
    contents = [prove_entries(numbers)]
    ring.versions.retire(RotatingKey.LOG, clock.now())
    signers.append(follow_log_key(ring, HUB))
    ring.versions.retire(RotatingKey.LOG, clock.now())
    contents.append(prove_entries(numbers))
    for content, signer in zip(contents, signers[1:], strict=True):
        proven = verify_entries(content, key)
        assert (proven.key, [entry.sequence for entry in proven.entries]) == (signer, numbers)
    document = json.loads(contents[1])
    one, two = document["announced"]
    forged: tuple[list[dict[str, str]], ...]
    forged = ([], [two], [one], [one | {"new_key": signers[2]}, two], [one | {"old_key": signers[2]}, two])
    for announced in forged:
        with pytest.raises(NotProven, match="its checkpoint was altered, or is of another log"):
            verify_entries(json.dumps(document | {"announced": announced}).encode(), key)


@pytest.mark.both_databases
def test_each_is_proven_whole_by_the_logs_key(content: bytes, numbers: list[int], key: str) -> None:
    proven = verify_entries(content, key)
    assert [entry.sequence for entry in proven.entries] == numbers
    assert [entry.details for entry in proven.entries] == [{"days": 1}, {"days": 3}]
    assert proven.trusted
    assert verify_entries(content, json.loads(content)["keys"][0]) == proven


def test_without_a_key_it_only_says_that_the_file_is_consistent(content: bytes) -> None:
    assert not verify_entries(content).trusted


def test_an_altered_entry_is_named(content: bytes, numbers: list[int]) -> None:
    assert b'{"days":3}' in content
    with pytest.raises(NotProven, match=f"entry {numbers[1]} was altered"):
        verify_entries(content.replace(b'{"days":3}', b'{"days":2}'))


def test_another_logs_key_proves_nothing(content: bytes) -> None:
    with pytest.raises(NotProven, match="of another log"):
        verify_entries(content, "A" * 43 + "=")
    with pytest.raises(NotProven, match="unusable"):
        verify_entries(content, "no key")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_is_it_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NotProven):
        verify_entries(content)


def test_no_byte_changes_unseen(content: bytes, key: str) -> None:
    for at in range(0, len(content) - 1, 7):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        try:
            proven = verify_entries(changed, key)
        except NotProven:
            continue
        assert proven.entries == verify_entries(content, key).entries
