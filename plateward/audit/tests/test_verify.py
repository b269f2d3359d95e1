"""An export in the first format (before 0.6) and its independent verifier: old files stay proven."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from plateward.audit.export_lines import HEADER_1 as HEADER
from plateward.audit.leaf import Leaf
from plateward.audit.merkle import Frontier
from plateward.audit.signatures import SignedHead, TreeHead, public_key_text, sign_tree_head
from plateward.audit.testing import encode_leaf
from plateward.audit.verify import NotProven, read_head, verify_log

HUB = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
FORGER = Ed25519PrivateKey.from_private_bytes(b"f" * 32)


def entry(sequence: int, object: str = "alert:7") -> bytes:
    return encode_leaf(
        Leaf(
            sequence=sequence,
            at="2026-07-01T15:04:05.060000Z",
            node="hub",
            actor_kind="person",
            actor_id="archuleta",
            actor_name="Ada Archuleta",
            address="192.0.2.12",
            session="f00d",
            event="alert.confirm",
            object=object,
            outcome="done",
            clause="",
            reason="",
            details={"plate": "ZIA1234"},
        )
    )


def head(entries: list[bytes], key: Ed25519PrivateKey = HUB) -> SignedHead:
    tree = Frontier()
    for line in entries:
        tree = tree.append(line)
    return sign_tree_head(key, TreeHead(tree.size, tree.root().hex(), "2026-07-01T16:00:00.000000Z"))


ENTRIES = [entry(i) for i in range(5)]
LOG = [HEADER, *ENTRIES, head(ENTRIES).line()]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write(tmp_path / "log.jsonl", LOG)


def write(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


@pytest.mark.clause("6.b.i.9", "AU-9")
class TestVerify:
    def test_it_proves_the_log_as_it_was_exported(self, export: Path) -> None:
        proven = verify_log(export, public_key_text(HUB))
        assert (proven.entries, proven.root, proven.trusted) == (5, head(ENTRIES).head.root, True)

    def test_it_says_when_it_has_only_the_files_own_word_for_the_key(self, export: Path) -> None:
        assert not verify_log(export).trusted

    def test_it_proves_an_empty_log(self, tmp_path: Path) -> None:
        assert (
            verify_log(write(tmp_path / "log", [HEADER, head([]).line()]), public_key_text(HUB)).entries == 0
        )

    @pytest.mark.parametrize(
        ("lines", "problem"),
        [
            ([*LOG[:3], entry(2, "alert:8"), *LOG[4:]], "one or more were altered"),
            ([*LOG[:3], LOG[3].replace(b"done", b"dine"), *LOG[4:]], "line 4 is not an entry"),
            ([*LOG[:3], *LOG[4:]], "entry 3 is in place of 2"),
            ([*LOG[:2], LOG[3], LOG[2], *LOG[4:]], "entry 2 is in place of 1"),
            ([*LOG[:3], entry(2), *LOG[3:]], "entry 2 is in place of 3"),
            ([*LOG[:6], entry(5), LOG[6]], "entries were inserted"),
            ([*LOG[:5], LOG[6]], "entries were removed"),
            (LOG[:5], "stops before its signed head"),
            (LOG[:1], "stops before its signed head"),
            ([*LOG, entry(5)], "line 7 is not an entry"),
            ([b'{"format":"else"}', *LOG[1:]], "not its header"),
            ([], "not its header"),
            ([*LOG[:6], head(ENTRIES, FORGER).line()], "names a key that is not the hub's"),
            (
                [*LOG[:6], LOG[6].replace(b"T16", b"T17")],
                "the hub's key did not sign it",
            ),
            ([*LOG[:6], b" " + LOG[6]], "its head was altered"),
        ],
    )
    def test_it_detects_every_way_to_change_a_log(
        self, tmp_path: Path, lines: list[bytes], problem: str
    ) -> None:
        with pytest.raises(NotProven, match=problem):
            verify_log(write(tmp_path / "log", lines), public_key_text(HUB))

    def test_a_last_line_that_is_cut_off_is_detected(self, export: Path) -> None:
        export.write_bytes(export.read_bytes()[:-1])
        with pytest.raises(NotProven, match="the last line is cut off"):
            verify_log(export, public_key_text(HUB))

    def test_a_key_that_is_none_proves_nothing(self, export: Path) -> None:
        with pytest.raises(NotProven, match="not the hub's"):
            verify_log(export, "not a key")

    def test_a_missing_file_is_said_to_be_missing(self, tmp_path: Path) -> None:
        with pytest.raises(NotProven, match="No such file"):
            verify_log(tmp_path / "none", public_key_text(HUB))


@pytest.mark.clause("6.b.i.9", "AU-9")
class TestEarlierHead:
    @pytest.mark.parametrize("size", range(6))
    def test_a_log_that_begins_with_the_earlier_head_is_proven(self, export: Path, size: int) -> None:
        assert verify_log(export, earlier=head(ENTRIES[:size])).trusted

    def test_a_rewritten_past_is_detected_though_the_hubs_own_key_signed_it(self, tmp_path: Path) -> None:
        rewritten = [entry(0, "alert:8"), *ENTRIES[1:]]
        path = write(tmp_path / "log", [HEADER, *rewritten, head(rewritten).line()])
        assert verify_log(path, public_key_text(HUB)).entries == 5
        with pytest.raises(NotProven, match="the past was rewritten"):
            verify_log(path, public_key_text(HUB), head(ENTRIES[:3]))

    def test_a_log_shorter_than_it_was_is_detected(self, tmp_path: Path) -> None:
        path = write(tmp_path / "log", [HEADER, *ENTRIES[:3], head(ENTRIES[:3]).line()])
        with pytest.raises(NotProven, match="its end was cut off"):
            verify_log(path, public_key_text(HUB), head(ENTRIES))

    def test_a_forged_earlier_head_is_refused(self, export: Path) -> None:
        with pytest.raises(NotProven, match="earlier head is forged"):
            verify_log(export, public_key_text(HUB), head(ENTRIES[:3], FORGER))

    def test_it_is_read_from_a_head_file_or_an_earlier_export(self, export: Path, tmp_path: Path) -> None:
        assert (
            read_head(export) == read_head(write(tmp_path / "head", [head(ENTRIES).line()])) == head(ENTRIES)
        )
        received = "2026-07-01T00:00:00Z hub plateward - head - \ufeff".encode() + head(ENTRIES).line()
        assert read_head(write(tmp_path / "syslog", [received])) == head(ENTRIES)
        for other in (write(tmp_path / "other", ENTRIES), tmp_path / "none"):
            with pytest.raises(NotProven, match=r"does not end with a signed head|cannot be read"):
                read_head(other)


@pytest.mark.clause("6.b.i.9", "AU-9")
@given(data=st.data())
def test_no_byte_of_an_export_can_be_changed_cut_or_added_unseen(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = b"".join(line + b"\n" for line in LOG)
    at = data.draw(st.integers(0, len(content) - 1))
    cut = data.draw(st.integers(0, 40))
    changed = content[:at] + data.draw(st.binary(max_size=40)) + content[at + cut :]
    path = tmp_path_factory.mktemp("log") / "log"
    path.write_bytes(changed)
    if changed == content:
        assert verify_log(path, public_key_text(HUB)).entries == 5
    else:
        with pytest.raises(NotProven):
            verify_log(path, public_key_text(HUB))


WITHOUT_DJANGO = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "sqlcipher3", "psycopg"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from plateward.cli import main
main()
"""


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, "audit", "verify", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.clause("6.b.i.9")
def test_the_command_needs_no_hub_and_no_django(export: Path, tmp_path: Path) -> None:
    good = command(str(export), "--key", public_key_text(HUB))
    assert (good.returncode, good.stderr) == (0, "")
    assert "is proven: 5 entries" in good.stdout

    said = command(str(export), "--json")
    assert json.loads(said.stdout)["proven"] is True
    assert json.loads(said.stdout)["trusted"] is False

    bad = write(tmp_path / "bad.jsonl", [*LOG[:3], *LOG[4:]])
    refused = command(str(bad), "--head", str(export))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"plateward: {bad} is NOT proven: entry 3 is in place of 2")
    refused = command(str(bad), "--json")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"plateward: {bad} is NOT proven")
    assert json.loads(refused.stdout)["proven"] is False
