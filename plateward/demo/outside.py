"""The systems outside of the demo's hub: each a simulator, started by its own command on its own socket, and the hub's
environment that leads to it."""

import os
import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from plateward.demo import furnish
from plateward.demo.agency import POSITION
from plateward.demo.processes import Processes


def start_simulators(
    home: Path, processes: Processes, listed: Sequence[furnish.ListedPlate], say: Callable[[str], None]
) -> tuple[str, ...]:
    """Start them all at once, on the ports in the environment. Returns their names when all listen."""
    commands = _commands(home, listed)
    if shutil.which("openssl") is None:
        del commands["TSA"]
        say("The command openssl is not installed: evidence packages are made without a timestamp.")
    names = tuple(f"{system} simulator" for system in commands)
    say(f"Starting the simulators of {', '.join(commands)} …")
    for name, (system, arguments) in zip(names, commands.items(), strict=True):
        port = os.environ[f"PLATEWARD_{system}_PORT"]
        processes.start(name, f"plateward.simulators.{system.lower()}", "--port", port, *map(str, arguments))
    for name in names:
        processes.await_line(name, f"{name} listening")
    os.environ |= _environment(home, commands)
    return names


def _commands(home: Path, listed: Sequence[furnish.ListedPlate]) -> dict[str, tuple[str | Path, ...]]:
    certificate, key = furnish.simulator_certificate(home)
    tls = ("--cert", certificate, "--key", key)
    fmcsa = furnish.fmcsa_records(home)
    known_by = home / "hub" / "secrets"
    return {
        "NCIC": (
            *tls,
            *("--records", furnish.ncic_records(listed, home / "ncic.json")),
            *("--trucks", fmcsa["trucks"]),
        ),
        "FMCSA": (*tls, "--carriers", fmcsa["carriers"], "--webkey", known_by / "fmcsa-key"),
        "CAD": (
            *tls,
            *("--incidents", furnish.incidents(home / "incidents.json")),
            *("--token", known_by / "cad-token", "--assign", "Unit 14"),
        ),
        "DEMS": (*tls, "--secret", known_by / "dems-secret"),
        "TSA": ("--folder", home / "tsa"),
        "GPS": ("--place", POSITION),
    }


def _environment(home: Path, systems: Collection[str]) -> dict[str, str]:
    dems = f"https://127.0.0.1:{os.environ['PLATEWARD_DEMS_PORT']}"
    authorities = home / "hub" / "authorities"
    authorities.mkdir(exist_ok=True)
    for system in ("fmcsa", "dems"):
        shutil.copy(furnish.authority(home), authorities / f"{system}.pem")
    leads = {
        "PLATEWARD_DEMS_URL": f"{dems}/api",
        "PLATEWARD_DEMS_TOKEN_URL": f"{dems}/oauth/token",
        "PLATEWARD_DEMS_CLIENT_ID": "hub",
    }
    if "TSA" in systems:
        leads["PLATEWARD_TSA_URL"] = f"http://127.0.0.1:{os.environ['PLATEWARD_TSA_PORT']}/tsa"
        shutil.copy(home / "tsa" / "ca.pem", authorities / "tsa.pem")
    return leads
