"""One file of settings: what it sets, what is wrong in it, what the environment overrides, where secrets are."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plateward.ground.config import reading
from plateward.ground.config.cli import app
from plateward.ground.config.keys import Site
from plateward.ground.config.reading import KEYS, WrongSetting, parse, read, secret_file, unknown_variables


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a test sets, or the file puts there, is gone afterward."""
    monkeypatch.setattr(
        os, "environ", {k: v for k, v in os.environ.items() if not k.startswith("PLATEWARD_")}
    )
    monkeypatch.setattr(reading, "MACHINE_FILE", Path("/nowhere/plateward.toml"))


def written(folder: Path, text: str) -> Path:
    file = folder / "plateward.toml"
    file.write_text(text)
    parse.cache_clear()
    return file


def test_without_a_file_and_an_environment_every_setting_has_its_default() -> None:
    assert read() == Site()


def test_a_file_sets_what_the_environment_does_not(tmp_path: Path) -> None:
    (tmp_path / "seal.png").touch()
    file = written(
        tmp_path,
        'hosts = ["alpr.example.gov", "10.0.0.1"]\nport = 443\n[alerts]\nnear_km = 3\nescalate_low = 0\n'
        '[agency]\nseal = "seal.png"\n[people]\nsession_beside_terminal = true\n[ncic]\ndialect = "XML"\n',
    )
    os.environ |= {"PLATEWARD_HOME": str(tmp_path), "PLATEWARD_ALERTS_NEAR_KM": "5", "PLATEWARD_PORT": " "}
    site = read()
    assert site.hosts == ("alpr.example.gov", "10.0.0.1")
    assert (site.port, site.alerts.near_km, site.alerts.escalate_low) == (8443, 5, 0), "empty is the default"
    assert (site.agency.seal, site.ncic.dialect) == (tmp_path / "seal.png", "xml")
    assert site.people.session_beside_terminal
    assert os.environ["PLATEWARD_CONFIG"] == str(file), "the processes of a hub read the same"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\nport = 99999", r"^port in \S+, line 2, is '99999'\. Give a whole number from 1 to 65535\.$"),
        ("[alerts]\nnear_km = 'far'", r"^alerts\.near_km .* line 2, .* whole number from 0 to 500"),
        ("[reads]\nkept_days = 0", "from 1 to 3650"),
        ("host = 'a'", r"no setting\. Is it hosts\?"),
        ("near_km = 5", r"no setting\. Is it alerts\.near_km\?"),
        ("[fax]\nnumber = 1", "no setting"),
        ("[ncic]\ndialect = 'fax'", "Say legacy or xml"),
        ("[ncic.address]\nhost = 'x'", "ncic.address .* a host, or host:port"),
        ("[dems]\nurl = 'http://x'", "https://dems"),
        ("[dems]\nsecret = 'x'", "dems.secret .* secret in clear.* dems-secret"),
        ("[cad]\nkey_file = 'x'", "secret in clear"),
        ("[database]\nurl = 'postgresql://hub:hunter2@db/hub'", "holds a password.*database-password"),
        ("[agency]\nseal = 'none.png'", "no file that can be read"),
        ("[agency]\nname = 'two\\tlines'\nori = 1", "one line of text|9 letters|NM0010000"),
        ("[agency]\nname = '" + "x" * 101 + "'", "at most 100 characters"),
        ("people = 3", "no setting"),
        ("port = \nhosts = []", r"cannot be read: .*line 1"),
    ],
)
def test_a_wrong_key_is_named_with_its_line_and_what_to_do(tmp_path: Path, text: str, problem: str) -> None:
    file = written(tmp_path, text)
    os.environ["PLATEWARD_CONFIG"] = str(file)
    with pytest.raises(WrongSetting, match=problem.replace("$", "")):
        read()
    result = CliRunner().invoke(app, ["check"])
    assert result.exit_code == 1
    assert "hunter2" not in result.output


def test_check_names_all_that_is_wrong(tmp_path: Path) -> None:
    file = written(tmp_path, "port = 0\n[tsa]\nurl = 'x'\n")
    os.environ["PLATEWARD_NCIC_HOST"] = "switch"
    result = CliRunner().invoke(app, ["check", str(file)])
    assert [line.split(" in ")[0] for line in result.output.splitlines()] == [
        "port",
        "tsa.url",
        "PLATEWARD_NCIC_HOST",
    ]
    assert unknown_variables() == ["PLATEWARD_NCIC_HOST"]
    del os.environ["PLATEWARD_NCIC_HOST"]
    assert CliRunner().invoke(app, ["check", str(written(tmp_path, "port = 1\n"))]).exit_code == 0


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    os.environ |= {"PLATEWARD_DEVICE_PORT": "-1"}
    with pytest.raises(WrongSetting, match=r"PLATEWARD_DEVICE_PORT is '-1'\. Give a whole number"):
        read()


def test_a_file_that_is_named_and_not_there_starts_nothing(tmp_path: Path) -> None:
    os.environ["PLATEWARD_CONFIG"] = str(tmp_path / "none.toml")
    with pytest.raises(WrongSetting, match="cannot be read: No such file"):
        read()


@pytest.mark.clause("6.i.i/keys")
def test_a_secret_is_a_file_that_others_cannot_read_or_systemd_s_credential(tmp_path: Path) -> None:
    assert secret_file(tmp_path, "dems-secret") is None
    (file := tmp_path / "dems-secret").write_text("s3cret")
    file.chmod(0o644)
    with pytest.raises(WrongSetting, match=r"every user of this machine.*chmod o="):
        secret_file(tmp_path, "dems-secret")
    file.chmod(0o640)
    assert secret_file(tmp_path, "dems-secret") == file
    (handed := tmp_path / "systemd").mkdir()
    os.environ["CREDENTIALS_DIRECTORY"] = str(handed)
    assert secret_file(tmp_path, "dems-secret") == file
    (handed / "plateward-dems-secret").touch(0o400)
    with pytest.raises(WrongSetting, match="is empty"):
        secret_file(tmp_path, "dems-secret")


def test_each_setting_says_what_it_is_for_and_what_it_takes() -> None:
    assert len(KEYS) <= 60
    for key in KEYS.values():
        assert key.said("description"), key.dotted
        assert key.is_path or key.wanted(), key.dotted
        assert key.default in (None, "", (), 0) or key.value("") == key.default
