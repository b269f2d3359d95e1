"""Wrong settings are refused with a clear message."""

from pathlib import Path
from runpy import run_path

import pytest

import plateward.settings
from plateward.environment import WrongSetting, env_certificate, env_shards
from plateward.links.testing import Site, site

__all__ = ["site"]  # fixture


@pytest.mark.clause("6.i.ii")
def test_certificate_and_key_are_named_together_and_belong_together(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "PLATEWARD_CAD_CERTIFICATE_FILE", "PLATEWARD_CAD_KEY_FILE"
    assert env_certificate(*names) is None
    monkeypatch.setenv(names[0], str(site.client[0]))
    with pytest.raises(WrongSetting, match="go together"):
        env_certificate(*names)
    monkeypatch.setenv(names[1], str(site.server[1]))
    with pytest.raises(WrongSetting, match="its own key"):
        env_certificate(*names)
    monkeypatch.setenv(names[1], str(site.client[1]))
    assert env_certificate(*names) == site.client
    monkeypatch.setenv(names[0], str(tmp_path / "none.pem"))
    with pytest.raises(WrongSetting, match="no file"):
        env_certificate(*names)


def test_shards_are_several_servers_beside_the_hubs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    name, first, second = (
        "PLATEWARD_READ_SHARDS",
        "postgresql://a.example/reads",
        "postgresql://b.example/reads",
    )
    monkeypatch.setenv("PLATEWARD_DATABASE_URL", "postgresql://hub.example/hub")
    assert env_shards(name) == []
    for wrong in (first, f"{first} {first}", f"{first} b.example"):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(WrongSetting, match="each once"):
            env_shards(name)
    monkeypatch.setenv(name, f"{first} {second}")
    assert env_shards(name) == [first, second]
    monkeypatch.delenv("PLATEWARD_DATABASE_URL")
    with pytest.raises(WrongSetting, match="needs PLATEWARD_DATABASE_URL"):
        env_shards(name)


def test_a_database_whose_machine_is_gone_keeps_no_thread_for_minutes_and_shards_keep_their_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = "postgresql://a.example/reads postgresql://b.example/reads?connect_timeout=2"
    for name, value in {
        "HOME": str(tmp_path),
        "KEYS": str(tmp_path / "keys"),
        "DATABASE_URL": "postgresql://hub.example/hub",
        "READ_SHARDS": shards,
    }.items():
        monkeypatch.setenv(f"PLATEWARD_{name}", value)
    databases = run_path(plateward.settings.__file__)["DATABASES"]
    options = [databases[name]["OPTIONS"] for name in ("default", "shard 1", "shard 2")]
    assert [int(each["connect_timeout"]) for each in options] == [5, 5, 2], "a site's own value counts"
    assert all(each["tcp_user_timeout"] <= 20_000 and each["keepalives_idle"] for each in options)
    keeps_plans = ["force_generic_plan" in each["options"] for each in options]
    assert keeps_plans == [False, True, True], "the hub's own database has questions of all kinds"
