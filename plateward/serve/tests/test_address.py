"""What `plateward serve --host` says where it cannot listen, before it makes anything."""

import errno
import socket
from pathlib import Path

import pytest

from plateward.serve.address import CannotListen, require_address, require_free
from plateward.serve.hub import hold_port
from plateward.testing.commands import command
from plateward.testing.waiting import WITHIN


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::", "localhost"])
def test_an_address_of_this_machine_is_taken(host: str) -> None:
    require_address(host)
    with hold_port() as held:  # nobody else takes it meanwhile
        require_free(host, held.getsockname()[1], "PLATEWARD_PORT")


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("300.1.1.1", "is not an address or a name that resolves"),
        ("no-such-name.invalid", "is not an address or a name that resolves"),
        ("", "is not an address"),
        ("127.0.0.1:8443", "is not an address"),
        ("x" * 300, "is not an address"),
        ("192.0.2.7", "this machine has no such address"),
        ("2001:db8::7", "this machine has no such address"),
    ],
)
def test_what_is_wrong_with_the_host_is_said_of_the_host(host: str, says: str) -> None:
    with pytest.raises(CannotListen, match=says) as refused:
        require_address(host)
    assert "port" not in str(refused.value).lower()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken_is_said_with_its_setting(host: str) -> None:
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=f"Port {port} is in use.*PLATEWARD_PORT"):
            require_free(host, port, "PLATEWARD_PORT")


def test_a_privileged_port_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: socket.socket, address: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refused)
    with pytest.raises(CannotListen, match=r"Port 443 is for privileged users.*PLATEWARD_PORT to 1024"):
        require_free("127.0.0.1", 443, "PLATEWARD_PORT")


def test_a_wrong_host_makes_no_hub(tmp_path: Path) -> None:
    home = tmp_path / "hub"
    done = command("serve", "--host", "300.1.1.1", env={"PLATEWARD_HOME": str(home)}, within=WITHIN)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("plateward: --host '300.1.1.1' is not an address")
    assert not home.exists()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
