"""The monitor's look at hot lists and their feeds."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from plateward.core.db.locking import change_row
from plateward.field.hotlists import integrity
from plateward.field.hotlists.imports.models import Feed, Format
from plateward.field.hotlists.models import HotList, Load, Reason
from plateward.ground import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.3/privacy")]


def hotlist(name: str = "State list", **more: object) -> HotList:
    return HotList.objects.create(name=name, source="State", **{"refreshed_at": clock.now(), **more})


@pytest.mark.clause("5.h/reports")
def test_a_late_list_and_a_stale_one_are_named_and_a_covert_one_only_by_its_number() -> None:
    hotlist(refresh_times=["06:00", "18:00"])
    assert [*integrity._check_freshness()[1]] == []
    hotlist("Late", refresh_times=["06:00", "18:00"], refreshed_at=clock.now() - timedelta(days=2))
    covert = hotlist(
        "Operation Kiva", covert=True, stale_after_hours=1, refreshed_at=clock.now() - timedelta(hours=2)
    )
    found = {fault.object: fault.problem for fault in integrity._check_freshness()[1]}
    assert found.keys() == {"hot list Late", f"covert list {covert.pk}"}
    assert "A new copy was due" in found["hot list Late"]
    assert found[f"covert list {covert.pk}"] == "Stale: nothing on it matches."


@pytest.mark.clause("5.h/reports")
def test_a_feed_that_fails_shrinks_or_comes_from_where_others_write_is_named(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.FEEDS = tmp_path
    (tmp_path / "state").mkdir(mode=0o700)
    one = hotlist()
    feed = Feed.objects.create(
        hotlist=one, format="csv", place="folder", folder="state", pattern="*", next_at=clock.now(), on=True
    )
    assert integrity._check_feeds() == (1, [])
    Feed.objects.update(failures=2)
    Load.objects.create(hotlist=one, file_name="a.csv", by="system:feeds", state="held", looked_at=clock.now(),
                        rows=3, before=900)  # fmt: skip
    (tmp_path / "state").chmod(0o777)
    [fault] = integrity._check_feeds()[1]
    assert fault.problem == (
        "Its feed failed 2 times in a row. A copy with 3 lines instead of 900 entries waits for a person. "
        "Its source is not proven: others may write into its folder (mode 777)."
    )
    assert fault.link == one.get_absolute_url()
    change_row(feed, place="sftp", failures=0)
    assert "no server key is pinned" in integrity._check_feeds()[1][0].problem


@pytest.mark.clause("SB40.share/purposes")
def test_what_sb_40_bars_is_found_in_settings_however_it_came_there() -> None:
    assert integrity._check_reasons()[1] == integrity._check_formats()[1] == []
    Reason.objects.create(key="ice", text="Immigration enforcement for ICE", legal_basis="None", added_by="x")
    Format.objects.create(name="ncic", version=1, spec={"ncic": {"N": "wanted"}}, by="x")
    [reason], [version] = integrity._check_reasons()[1], integrity._check_formats()[1]
    assert "SB40" in reason.problem
    assert version.object == "NCIC format, version 1"
