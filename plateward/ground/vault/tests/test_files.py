import os
from pathlib import Path

import pytest

from plateward.ground.vault.files import write_once


def test_a_file_is_written_once_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert write_once(path, b"first")
    assert not write_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["secret"]


def test_a_file_name_from_another_process_is_synced_before_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_bytes(b"of a process that was killed before it could sync")
    synced: list[Path] = []
    monkeypatch.setattr("plateward.ground.vault.files.sync_directory", synced.append)
    assert not write_once(tmp_path / "secret", b"mine")
    assert synced == [tmp_path]
