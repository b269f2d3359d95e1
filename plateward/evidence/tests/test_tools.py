"""Standard programs verify a package, by the very commands of docs/evidence.md and of the package itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from plateward.evidence.testing import Sample

pytestmark = [pytest.mark.one_database, pytest.mark.clause("6.a.iv", "6.e.iv.4", "6.j.i")]

GUIDE = Path(__file__).parents[3] / "docs" / "evidence.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)


def commands() -> list[str]:
    """The blocks of the guide, in order."""
    return BLOCK.findall(GUIDE.read_text())


@pytest.fixture
def desk(sample: Sample, tmp_path: Path) -> Path:
    """A folder with the package and the three files of trusted keys, as the guide names them."""
    names = {"agency": "agency.pem", "log_key": "log.key", "timestamping": "tsa.pem"}
    for name, file in names.items():
        (tmp_path / file).write_bytes(sample.trusted[name].read_bytes())
    (tmp_path / "PACKAGE.zip").write_bytes(sample.path.read_bytes())
    return tmp_path


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    line = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(
        line, check=False, cwd=folder, capture_output=True, text=True, env={"PATH": path, "HOME": str(folder)}
    )


def test_the_guide_s_commands_verify_it(desk: Path) -> None:
    result = run("".join(commands()), desk)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    for words in (
        "PACKAGE.zip is verified.",
        "is valid",
        "CMS Verification successful",
        "Verification: OK",
        "Signature Verified Successfully",
        "Conforms: True",
    ):
        assert words in output


def test_the_commands_that_the_package_itself_names_verify_it(desk: Path, sample: Sample) -> None:
    (text,) = [
        content.decode() for name, content in sample.files.items() if name.endswith("/how-to-check.txt")
    ]
    script = "".join(line for line in text.splitlines(keepends=True) if line.startswith("    "))
    whole, _, of_a_read = script.partition("    openssl verify")
    (key,) = {Path(name).stem for name in sample.files if "/readers/" in name}
    (bag,) = {name.split("/")[0] for name in sample.files if "/data/" in name}
    read = f"cd $(ls -d {bag}/data/reads/* | head -1)\n    openssl verify{of_a_read.replace('KEY', key)}"
    result = run(whole + read, desk)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    for words in (
        "is valid",
        "CMS Verification successful",
        "Verification: OK",
        ".crt: OK",
        "Verified Successfully",
    ):
        assert words in output


@pytest.mark.parametrize(
    ("ending", "says"),
    [
        ("context.jpg", "sha256 validation failed"),
        ("tagmanifest-sha256.txt", "CMS Verification failure"),
        ("tagmanifest-sha256.txt", "Verification: FAILED"),
        ("read.signed", "Not signed by any of these readers"),
    ],
)
def test_each_of_them_sees_one_changed_byte(desk: Path, sample: Sample, ending: str, says: str) -> None:
    (name,) = [name for name in sample.files if name.endswith(f"/{ending}")]
    changed = bytearray(sample.files[name])
    changed[0] ^= 1
    (desk / "PACKAGE.zip").write_bytes(sample.write({**sample.files, name: bytes(changed)}).read_bytes())
    lines = "".join(commands()).splitlines(keepends=True)
    others = [line for line in lines if not line.startswith(("plateward", "case_validate"))]
    result = run("set +e\n" + "".join(others), desk)
    output = result.stdout + result.stderr
    assert says in output


def test_the_command_exits_with_1_and_one_line(desk: Path) -> None:
    result = run("plateward evidence verify PACKAGE.zip", desk)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("plateward: PACKAGE.zip is NOT verified: not established: who signed the package")


def test_it_needs_no_django(desk: Path) -> None:
    program = "import sys; import plateward.evidence.cli; sys.exit('django' in sys.modules)"
    assert run(f'python -c "{program}"', desk).returncode == 0
