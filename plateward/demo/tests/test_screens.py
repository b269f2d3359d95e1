"""Pictures of two runs are compared by what they show and by what their cells say."""

import json
from pathlib import Path

import pytest

from plateward.demo import screens


def test_a_changed_word_in_a_cell_is_seen_and_a_time_a_number_or_a_plate_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = screens.Album()
    first.digests["ada-alerts-1280"] = "same"
    first.words["ada-alerts"] = screens.compared(
        [
            "Read by Unit 12 front at 10:15:03, May 4, 2026, 3 minutes ago",
            "ABC123 NM",
            "Possible hit:  stolen\n vehicle",
            "1,204 reads",
            "  ",
        ]
    )
    assert first.differences() == ["1 pictures, and no earlier ones to compare them with."]
    second = screens.Album()
    second.digests = dict(first.digests)
    second.words["ada-alerts"] = screens.compared(
        [
            "Read by Unit 14 front at 09:01:59, November 29, 2026, 1 hour ago",
            "KTH3471 NM",
            "Possible hit: stolen car",
            "7 reads",
        ]
    )
    assert second.differences() == [
        "words    ada-alerts: + “Possible hit: stolen car”, - “Possible hit: stolen vehicle”"
    ]
    assert json.loads((screens.NOW / screens.WORDS).read_text()) == second.words
