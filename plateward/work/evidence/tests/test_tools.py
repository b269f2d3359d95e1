"""Standard programs verify a package, by the very commands of docs/evidence.md and of the package itself."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from plateward.core.audit.tlog.notes import NoteKey, SignatureKind
from plateward.testing.wheels import build_wheel
from plateward.version import commit
from plateward.work.evidence.testing import Sample, jpeg
from plateward.work.evidence.tests.guide import GUIDE, commands, run
from plateward.work.evidence.verify.layout import CUSTODY

pytestmark = pytest.mark.clause("6.a.iv/download", "6.j.i/proven")


@pytest.fixture
def desk(sample: Sample, tmp_path: Path) -> Path:
    """A folder with the package and the three files of trusted keys, as the guide names them."""
    for name, file in {"agency": "agency.pem", "log_key": "log.key", "timestamping": "tsa.pem"}.items():
        (tmp_path / file).write_bytes(sample.trusted[name].read_bytes())
    (tmp_path / "PACKAGE.zip").write_bytes(sample.path.read_bytes())
    return tmp_path


def test_the_guide_s_commands_verify_it(desk: Path) -> None:
    result = run("".join(commands()), desk)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    for words in (
        "PACKAGE.zip is verified.",
        "is valid",
        "CMS Verification successful",
        "Verification: OK",
        ".crt: OK",
        "context.jpg is the photograph that was signed for",
        "plate PKG123 captured",
        "Conforms: True",
        "events in one chain",
    ):
        assert words in output
    assert output.count("Signature Verified Successfully") == 2  # the read, and the log's checkpoint
    assert "WRONG" not in output


def test_the_commands_that_the_package_itself_names_verify_it(desk: Path, sample: Sample) -> None:
    (text,) = [
        content.decode() for name, content in sample.files.items() if name.endswith("/how-to-check.txt")
    ]
    script = "".join(line for line in text.splitlines(keepends=True) if line.startswith("    "))
    result = run(script, desk)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    for words in ("is valid", "CMS Verification successful", "Verification: OK", ".crt: OK"):
        assert words in output
    assert "Signature Verified Successfully" in output
    assert result.stdout.splitlines()[-3::2] == ["1", "1"], output


def other(certificate: bytes, sample: Sample) -> dict[str, bytes | None]:
    """The read with another plate, signed by a key of the forger's, with this certificate for it."""
    key = sample.signer[1]
    body = sample.files[f"{sample.read}/read.signed"].replace(b"PKG123", b"PKG124")
    said = sample.files[f"{sample.read}/read.json"].replace(b"PKG123", b"PKG124")
    signature = key.sign(body, ec.ECDSA(SHA256()))
    return {".crt": certificate, "/read.signed": body, "/read.json": said, "/read.sig": signature}


def swapped(sample: Sample) -> dict[str, bytes | None]:
    """Another photograph, and its hash in read.json."""
    image, said = jpeg(color="red"), sample.files[f"{sample.read}/read.json"].decode()
    before = sha256(sample.files[f"{sample.read}/context.jpg"]).hexdigest()
    assert before in said
    return {"/context.jpg": image, "/read.json": said.replace(before, sha256(image).hexdigest()).encode()}


def one_for_both(sample: Sample) -> dict[str, bytes | None]:
    return {"/context.jpg": sample.files[f"{sample.read}/plate.jpg"]}


def reworded(sample: Sample) -> dict[str, bytes | None]:
    said = sample.files[f"{sample.read}/read.json"]
    return {"/read.json": said.replace(b'"plate": "PKG123"', b'"plate": "PKG124"')}


def made_up(sample: Sample) -> dict[str, bytes | None]:
    return other(sample.files[next(name for name in sample.files if name.endswith(".crt"))], sample)


def signed_by_the_hub(sample: Sample) -> dict[str, bytes | None]:
    return other(sample.signer[0].public_bytes(Encoding.PEM), sample)


def custody_reworded(sample: Sample) -> dict[str, bytes | None]:
    """The last event by somebody else: nothing but its entry speaks against it."""
    *lines, last = sample.files[f"{sample.bag}/{CUSTODY}"].splitlines(keepends=True)
    event = {**json.loads(last), "actor": "Nobody"}
    return {CUSTODY: b"".join([*lines, json.dumps(event).encode() + b"\n"])}


def custody_cut(sample: Sample) -> dict[str, bytes | None]:
    first, _, *others = sample.files[f"{sample.bag}/{CUSTODY}"].splitlines(keepends=True)
    return {CUSTODY: b"".join([first, *others])}


def entry_reworded(sample: Sample) -> dict[str, bytes | None]:
    name, content = next(
        (name, content) for name, content in sample.files.items() if name.endswith(".entry.json")
    )
    return {name: content.replace(b'"outcome":"done"', b'"outcome":"refused"')}


@pytest.mark.clause("6.h.iv/verified")
@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (swapped, "WRONG: context.jpg is not the photograph that was signed for"),
        (one_for_both, "WRONG: context.jpg is not the photograph that was signed for"),
        (reworded, "read.json does not say what was signed"),
        (made_up, "WRONG: no reader of the agency signed this read"),
        (signed_by_the_hub, "does not certify a reader of the agency"),
        (custody_reworded, "says something else than entry"),
        (custody_cut, "WRONG: the chain breaks before event 2"),
        (entry_reworded, "was altered"),
    ],
)
def test_they_see_what_somebody_with_the_hub_s_own_keys_forged(
    desk: Path, sample: Sample, forge: Callable[[Sample], dict[str, bytes | None]], says: str
) -> None:
    (desk / "PACKAGE.zip").write_bytes(sample.forged(forge(sample)).read_bytes())
    _, *standard = commands()
    before = run("".join(standard[:3]), desk)
    assert before.returncode == 0, "the forgery is not as good as the attack is"
    shutil.rmtree(desk / "package")
    rest = "".join(block for block in standard if "case_validate" not in block)
    result = run(rest, desk)
    assert result.returncode != 0
    assert says in result.stdout + result.stderr
    assert run(commands()[0], desk).returncode == 1


def test_they_see_a_log_that_another_key_signed(desk: Path) -> None:
    other = NoteKey("log.example/other", SignatureKind.ED25519, bytes(32))
    (desk / "log.key").write_text(f"{other}\n")
    result = run("".join(block for block in commands()[1:] if "case_validate" not in block), desk)
    assert (result.returncode, "none of the keys that you trust" in result.stderr) == (1, True)


def test_no_page_tells_anybody_to_install_a_name_that_is_not_ours_on_the_index() -> None:
    root = GUIDE.parents[1]
    texts = [*root.glob("*.md"), *(root / "docs").glob("*.md"), *(root / "plateward").rglob("*.py")]
    asked = re.compile(r"pip install [^\n`]*(?<![\w./-])'?plateward\b(?!-)")
    here = Path(__file__)
    assert not [path for path in texts if path != here and asked.search(path.read_text())]


@pytest.mark.parametrize(
    ("ending", "says"),
    [
        ("context.jpg", "sha256 validation failed"),
        ("tagmanifest-sha256.txt", "CMS Verification failure"),
        ("tagmanifest-sha256.txt", "Verification: FAILED"),
        ("read.signed", "WRONG: no reader of the agency signed this read"),
    ],
)
def test_each_of_them_sees_one_changed_byte(desk: Path, sample: Sample, ending: str, says: str) -> None:
    (name,) = [name for name in sample.files if name.endswith(f"/{ending}")]
    changed = bytearray(sample.files[name])
    changed[0] ^= 1
    (desk / "PACKAGE.zip").write_bytes(sample.write({**sample.files, name: bytes(changed)}).read_bytes())
    result = run("set +e\n" + "".join(commands()[1:5]), desk)
    output = result.stdout + result.stderr
    assert says in output


def test_the_command_exits_with_1_and_one_line(desk: Path) -> None:
    result = run("plateward evidence verify PACKAGE.zip", desk)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("plateward: PACKAGE.zip is NOT verified: not established: who signed the package")


def test_what_a_court_installs_alone_verifies_it_without_the_rest_of_plateward(
    desk: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    source = Path(__file__).parents[4] / "packages" / "verify"
    with zipfile.ZipFile(build_wheel(source, tmp_path / "wheel")) as wheel:
        wheel.extractall(alone)
    verify = """import sys; from plateward.cli import main
try: main()
finally: print({name.split(".")[0] for name in sys.modules} & {"django"}, sys.modules["plateward"].__path__)"""
    trusted = ["--agency", "agency.pem", "--log-key", "log.key", "--tsa", "tsa.pem"]
    environment = {"PYTHONPATH": str(alone), "HOME": str(desk)}
    for arguments, says in (
        (["evidence", "verify", "PACKAGE.zip", *trusted], "PACKAGE.zip is verified."),
        (
            ["evidence", "verify-picture", "a.jpg", "a.json", "--key", "agency.pem"],
            "agency.pem holds no reader's key",
        ),
        (["audit", "verify", "PACKAGE.zip"], "PACKAGE.zip is NOT proven: it is not an exported audit log"),
        (["serve"], "'plateward serve' is not part of what is installed here."),
        (["--version"], f"(commit {commit()})"),
    ):
        line = [sys.executable, "-c", verify, *arguments]
        result = subprocess.run(line, check=False, cwd=desk, capture_output=True, text=True, env=environment)
        assert says in result.stdout + result.stderr
        assert f"set() ['{alone}/plateward']" in result.stdout
