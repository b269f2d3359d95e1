"""Makes the release, `./run package`: three wheels, a Debian package, its parts (SBOM), and SHA-256 of each.

The same commit on the same Debian makes the same bytes: times are the commit's, and what an installer leaves of its
machine is not taken along.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from plateward.testing.wheels import build_wheel  # noqa: E402

BIN = Path(sys.executable).parent
DEB = ROOT / "packages" / "deb"
PYTHON = Path("/usr/bin/python3")  # Debian's: the package depends on it
EXTRAS = ("hub", "reader")
WHEELS = ("", "packages/verify", "packages/dev")
# Free to use, to change and to pass on with Plateward, which stays under its own license.
ALLOWED = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "HPND",
        "ISC",
        "MIT",
        "MIT-0",
    ),
    *("MIT-CMU", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "OFL-1.1", "CC-BY-4.0", "BlueOak-1.0.0"),
    *("EPL-2.0", "LGPL-2.1-only", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"),
}
# Older packages name a kind of license in PyPI's words.
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# What says its license in words or not at all: read by hand in its own files.
READ_BY_HAND = {
    "@mapbox/jsonlint-lines-primitives": "MIT",
    "@uswds/uswds": "CC0-1.0 AND OFL-1.1 AND Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pyrage": "MIT",
    "qrcode": "BSD-3-Clause",
    "sqlcipher3": "Zlib",
}


def main() -> None:
    if sys.argv[1:]:  # a folder named here would be emptied
        sys.exit("It takes nothing: the release goes into dist/.")
    release(ROOT / "dist")


def release(out: Path, packing: tuple[str, ...] = ("--threads-max=1", "-Zzstd", "-z12")) -> None:
    """Write everything into `out`, which is emptied first."""
    at = subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True).strip()
    os.environ["SOURCE_DATE_EPOCH"] = at
    os.umask(0o022)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        wheels = [build_wheel(ROOT / source, folder / source) for source in WHEELS]
        for wheel in wheels:
            shutil.copyfile(wheel, out / wheel.name)
        version = wheels[0].name.split("-")[1]
        tree = folder / "deb"
        fill(tree, wheels[0], folder)
        refuse_licenses(write_sboms(tree / "opt/plateward/bin/python", out, version))
        write_deb(tree, version, int(at), out, packing)
    sums = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(out.iterdir())
    ]
    (out / "SHA256SUMS").write_text("".join(sums))
    sys.stdout.write("".join(sums))


def fill(tree: Path, wheel: Path, folder: Path) -> None:
    """All files of the Debian package: the wheel and exactly the locked packages that a hub and a reader need."""
    home = tree / "opt/plateward"
    number = subprocess.check_output(
        [PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True
    )
    site = home / f"lib/python{number.strip()}/site-packages"
    wanted = folder / "requirements.txt"
    compiled = ["pip", "compile", "--quiet", "pyproject.toml", *(f"--extra={extra}" for extra in EXTRAS)]
    compiled += ["--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    uv(
        *compiled,
        "--override=requirements/overrides.txt",
        "--constraint=requirements/lock.txt",
        f"--output-file={wanted}",
    )
    installed = ["pip", "install", "--quiet", f"--python={PYTHON}", f"--target={site}", "--link-mode=copy"]
    uv(*installed, "--require-hashes", "--only-binary=:all:", f"--requirements={wanted}")
    for left in ("bin", ".lock"):
        gone = site / left
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink(missing_ok=True)
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    (home / "bin").mkdir()
    (home / "bin/python").symlink_to(f"{PYTHON.parent}/python{number.strip()}")
    (home / "pyvenv.cfg").write_text(f"home = {PYTHON.parent}\ninclude-system-site-packages = false\n")
    units = tree / "usr/lib/systemd/system"
    put(DEB / "plateward", tree / "usr/bin/plateward", 0o755)
    for unit in ("hub", "reader"):
        put(DEB / f"plateward-{unit}.service", units / f"plateward-{unit}.service")
    put(DEB / "hardened.conf", units / "plateward-.service.d/hardened.conf")
    put(DEB / "plateward-reader.default", tree / "etc/default/plateward-reader")
    shared = tree / "usr/share/doc/plateward"
    put(ROOT / "LICENSE", shared / "copyright")
    put(ROOT / "CHANGELOG.md", shared / "CHANGELOG.md")
    for guide in ("operator.md", "administrator/install.md"):  # which the units name
        put(ROOT / "docs" / guide, shared / Path(guide).name)


def put(source: Path, target: Path, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def uv(*arguments: str) -> None:
    subprocess.run([BIN / "uv", *arguments], cwd=ROOT, check=True)


def write_sboms(python: Path, out: Path, version: str) -> dict[str, str]:
    """CycloneDX 1.6 of the Python packages and of the pages' scripts. Returns the license of each component."""
    made = out / f"plateward-{version}.cdx.json"
    asked = [BIN / "cyclonedx-py", "environment", "--output-reproducible", "--output-file", made, python]
    subprocess.run([*asked], check=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            said = json.loads((ROOT / name).read_text())
            said.get("packages", {"": said})[""]["version"] = version  # npm asks for one
            Path(folder, name).write_text(json.dumps(said | {"version": version}))
        web = json.loads(
            subprocess.check_output(
                ["npm", "sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--omit=dev"],
                cwd=folder,
                env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"},
            )
        )
    del web["serialNumber"], web["metadata"]["timestamp"]  # of this run, not of the release
    web["metadata"]["component"]["name"] = "plateward"  # npm takes the folder's
    (out / f"plateward-web-{version}.cdx.json").write_text(json.dumps(web, indent=1, sort_keys=True))
    return dict(sorted([*licenses(json.loads(made.read_text())), *licenses(web)]))


def licenses(sbom: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for component in sbom["components"]:
        named = [
            said.get("expression") or said["license"].get("id") or said["license"]["name"]
            for said in component.get("licenses", [])
        ]
        yield component["name"], " AND ".join(CLASSIFIERS.get(name, name) for name in named)


def refuse_licenses(found: dict[str, str]) -> None:
    """Of an expression with OR one side is enough; all others must be allowed."""
    wrong = [
        f"{name}: {said or 'no license'}"
        for name, said in found.items()
        if not any(
            all(one.strip(" ()") in ALLOWED for one in either.split(" AND "))
            for either in READ_BY_HAND.get(name, said).split(" OR ")
        )
    ]
    if wrong:
        sys.exit("Licenses that are not on the list in packages/release.py:\n" + "\n".join(wrong))


def write_deb(tree: Path, version: str, at: int, out: Path, packing: tuple[str, ...]) -> None:
    architecture = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    (tree / "DEBIAN").mkdir()
    minor = int(re.search(r"python3\.(\d+)", str(next((tree / "opt/plateward/lib").iterdir())))[1])  # type: ignore[index]
    size = sum(path.lstat().st_size for path in tree.rglob("*") if not path.is_dir()) // 1024
    fields = (
        (DEB / "control")
        .read_text()
        .format(version=version, architecture=architecture, minor=minor, above=minor + 1, size=size)
    )
    (tree / "DEBIAN/control").write_text(fields)
    (tree / "DEBIAN/conffiles").write_text("/etc/default/plateward-reader\n")
    for script in ("postinst", "prerm", "postrm"):
        put(DEB / script, tree / "DEBIAN" / script, 0o755)
    for path in [*tree.rglob("*"), tree]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (at, at), follow_symlinks=False)
    packed = ["dpkg-deb", "--root-owner-group", *packing, "--build", tree]
    subprocess.run(
        [*packed, out / f"plateward_{version}_{architecture}.deb"], check=True, stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
