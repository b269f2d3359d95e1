"""The command line at a running hub: hot lists, and exporting the audit log."""

import json
from pathlib import Path

import pytest

from plateward.serve.tests.hub import RunningHub

HEADER = "plate,state,reason,priority,expires"


@pytest.fixture
def hot_list(tmp_path: Path) -> Path:
    """Two good rows and three bad ones."""
    path = tmp_path / "list.csv"
    rows = ["CMD 001,NM,stolen_vehicle,high,", "CMD-002,TX,missing_person,normal,2030-01-01"]
    bad = [",NM,stolen_vehicle,high,", "CMD003,NM,because,high,", "CMD004,NM,stolen_vehicle,high,2020-01-01"]
    path.write_text("\n".join([HEADER, *rows, *bad]) + "\n")
    return path


def load(hub: RunningHub, file: Path, *more: str) -> dict[str, object]:
    done = hub.command("hotlist", "import", str(file), "--list", "Command", "--json", *more)
    assert done.stderr == ""
    result: dict[str, object] = json.loads(done.stdout)
    return result


@pytest.mark.both_databases
def test_a_list_is_previewed_first_and_then_replaces_the_list_of_its_name(
    running_hub: RunningHub, hot_list: Path
) -> None:
    looked = load(running_hub, hot_list, "--dry-run")
    assert looked["applied"] is False
    assert (looked["added"], looked["changed"], looked["removed"]) == (2, 0, 0)
    assert [row["line"] for row in looked["rejected"]] == [4, 5, 6]  # type: ignore[attr-defined]

    loaded = load(running_hub, hot_list)  # the preview changed nothing: the same two are new
    assert loaded == looked | {"applied": True}

    hot_list.write_text(f"{HEADER}\nCMD001,NM,stolen_vehicle,low,\n")
    plain = running_hub.command("hotlist", "import", str(hot_list), "--list", "Command", "--dry-run")
    assert plain.stdout == "Command: 0 would be added, 1 would be changed, 1 would be removed, 0 rejected.\n"
    assert load(running_hub, hot_list)["removed"] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"\x00\xff\xfe\x80 no list", "is not UTF-8 text"),
    ],
    ids=["missing", "no text"],
)
def test_a_file_that_is_no_list_changes_nothing(
    running_hub: RunningHub, tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "bad.csv"
    if content is not None:
        file.write_bytes(content)
    done = running_hub.command("hotlist", "import", str(file), "--list", "Bad", fails=True)
    assert done.stdout == ""
    assert says in done.stderr


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/read", "6.b.i.9/sealed", "AU-9/found")
def test_an_exported_log_carries_its_proof_and_a_changed_byte_breaks_it(
    running_hub: RunningHub, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    made = json.loads(running_hub.command("audit", "export", str(log), "--json").stdout)
    good = running_hub.command("audit", "verify", str(log), "--key", made["key"], "--json")
    assert json.loads(good.stdout)["entries"] == made["entries"] > 0

    content = bytearray(log.read_bytes())
    place = content.index(b"reader.enroll")
    content[place] ^= 1
    log.write_bytes(content)
    bad = running_hub.command("audit", "verify", str(log), "--key", made["key"], fails=True)
    assert "NOT proven" in bad.stderr


def test_what_is_no_enrollment_request_is_refused(running_hub: RunningHub, tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_bytes(b'{"name": "\xff"}')
    done = running_hub.command("fleet", "grant", str(request), fails=True)
    assert "is not an enrollment request" in done.stderr


def test_a_reader_is_enrolled_once_and_an_unknown_one_not_revoked(running_hub: RunningHub) -> None:
    again = running_hub.command("fleet", "grant", str(running_hub.reader.request), fails=True)
    assert "unit-12, or with this key, is already enrolled" in again.stderr
    assert "No reader 'unit-98'" in running_hub.command("fleet", "revoke", "unit-98", fails=True).stderr
