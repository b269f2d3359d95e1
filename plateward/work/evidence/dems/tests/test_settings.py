"""The settings of a DEMS."""

from pathlib import Path

import pytest

from plateward.environment import WrongSetting, env_dems
from plateward.ground.links.dems import DemsAccount

SECRET = "a secret with : and % in it"


def test_a_dems_is_configured_with_all_that_it_needs_or_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secret := tmp_path / "secret").write_text(f"{SECRET}\n")
    (empty := tmp_path / "empty").write_text("\n")
    wanted = {"URL": "https://dems.example.gov/api/", "CLIENT_ID": "hub", "SECRET_FILE": str(secret)}

    def given(**changed: str) -> DemsAccount | None:
        for name, value in (wanted | changed).items():
            monkeypatch.setenv(f"PLATEWARD_DEMS_{name}", value)
        return env_dems()

    assert given(URL="") is None
    assert given() == DemsAccount(
        "https://dems.example.gov/api", "https://dems.example.gov/api/oauth/token", "hub", SECRET
    )
    for wrong in (
        {"URL": "http://dems.example.gov"},
        {"TOKEN_URL": "http://login.example.gov"},
        {"CLIENT_ID": ""},
        {"SECRET_FILE": ""},
        {"SECRET_FILE": str(empty)},
        {"AUTHORITY": "/nowhere"},
    ):
        with pytest.raises(WrongSetting):
            given(**wrong)
        monkeypatch.delenv(f"PLATEWARD_DEMS_{next(iter(wrong))}")
