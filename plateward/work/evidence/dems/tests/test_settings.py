"""The settings of a DEMS."""

from pathlib import Path

import pytest

from plateward import environment
from plateward.ground.config.reading import WrongSetting, read
from plateward.ground.links.dems import DemsAccount

SECRET = "a secret with : and % in it"


def test_a_dems_is_configured_with_all_that_it_needs_or_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secret := tmp_path / "secret").write_text(f"{SECRET}\n")
    (empty := tmp_path / "empty").write_text("\n")
    wanted = {"URL": "https://dems.example.gov/api/", "CLIENT_ID": "hub", "TOKEN_URL": ""}

    def given(changed: dict[str, str], secret: Path | None = secret) -> DemsAccount | None:
        for name, value in (wanted | changed).items():
            monkeypatch.setenv(f"PLATEWARD_DEMS_{name}", value)
        return environment.dems_account(read().dems, secret, None)

    assert given({"URL": ""}) is None
    assert given({}) == DemsAccount(
        "https://dems.example.gov/api", "https://dems.example.gov/api/oauth/token", "hub", SECRET
    )
    for wrong in (
        {"URL": "http://dems.example.gov"},
        {"TOKEN_URL": "http://login.example.gov"},
        {"CLIENT_ID": ""},
    ):
        with pytest.raises(WrongSetting):
            given(wrong)
    for unusable in (None, empty):
        with pytest.raises(WrongSetting):
            given({}, unusable)
