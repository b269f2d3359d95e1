"""What strangers hand in as a package: nothing is unpacked, nothing grows, nothing escapes."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateward.work.evidence.testing import Sample
from plateward.work.evidence.verify.container import MAX_FILES, Container, ContainerWriter, NotAPackage
from plateward.work.evidence.verify.package import verify_package
from plateward.work.evidence.verify.trust import Trust

pytestmark = pytest.mark.clause("6.j.i/proven")


def written(*files: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    writer = ContainerWriter(file)
    for name, content in files:
        writer.add(name, content)
    writer.close()
    return file.getvalue()


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """As another program writes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return file.getvalue()


def problem(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "given.zip"
    path.write_bytes(content)
    with pytest.raises(NotAPackage) as caught:
        Container.open(path)
    return str(caught.value)


def test_any_program_that_opens_zip_files_opens_it(tmp_path: Path) -> None:
    content = written(("bag/data/one", b"1" * 1000), ("two", b""))
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "bag/data/one": b"1" * 1000,
        "two": b"",
    }


def marked(mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("bag/marked")
    info.create_system, info.external_attr = 3, mode << 16
    return info


ONE = written(("bag/a", b"aaaa"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (zipped(("bag/bomb", bytes(50_000_000)), method=zipfile.ZIP_DEFLATED), "bag/bomb is compressed"),
        (zipped(("../../etc/passwd", b"x")), "has a name that no file of a package has: '../../etc/passwd'"),
        (zipped(("/etc/passwd", b"x")), "has a name that no file of a package has"),
        (zipped(("bag/.hidden", b"x")), "has a name that no file of a package has"),
        (zipped(("bag\\..\\x", b"x")), "has a name that no file of a package has"),
        (zipped(("bag/ö", b"x")), "has a name that no file of a package has"),
        (zipped(("bag/", b"")), "has a name that no file of a package has"),
        (zipped((marked(0o120777), b"/etc/passwd")), "bag/marked is not a plain file"),
        (zipped((marked(0o100600), b"x")), "the entry of bag/marked in the directory was altered"),
        (b"#!/bin/sh\n" + ONE, "its end was altered"),
        (ONE + b"more", "its end is missing or was altered"),
        (ONE[:-1], "its end is missing or was altered"),
        (ONE.replace(b"aaaa", b"aaa"), "its end was altered"),
        (b"", "it is too short or too long for one"),
    ],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in problem(tmp_path, content)


def test_an_empty_one_is_no_package(tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    path.write_bytes(written())
    assert verify_package(path, Trust()).problem == "it does not hold one bag (RFC 8493)"


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    content = written(("bag/a", b"1"), ("bag/A", b"2"))
    assert problem(tmp_path, content) == "bag/A is in it twice."


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    """Many entries of one content: a small file that is huge when it is opened."""
    content = bytearray(written(("bag/a", b"1" * 100), ("bag/b", b"1" * 100)))
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)
    assert problem(tmp_path, bytes(content)) == "there are bytes before bag/b that belong to no file."


def test_huge_counts_cost_nothing(tmp_path: Path) -> None:
    content = bytearray(ONE)
    struct.pack_into("<2H", content, len(content) - 14, 65_535, 65_535)
    assert "its end was altered" in problem(tmp_path, bytes(content))
    struct.pack_into("<2H", content, len(content) - 14, MAX_FILES, MAX_FILES)
    assert "the directory was altered at file 2" in problem(tmp_path, bytes(content))


def test_a_directory_is_no_larger_than_its_files_need(tmp_path: Path) -> None:
    end = bytearray(ONE[-22:])
    struct.pack_into("<2I", end, 12, 2_000_000, 0)
    assert "larger than that of its files" in problem(tmp_path, bytes(2_000_000) + bytes(end))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert verify_package(tmp_path / "pipe", Trust()).problem == "it is not a regular file"


def test_no_writer_makes_what_no_reader_opens() -> None:
    writer = ContainerWriter(io.BytesIO())
    for name in ("../x", "/x", "a//b", "a/./b", "a" * 300, "", "a b", "x\n"):
        with pytest.raises(NotAPackage):
            writer.add(name, b"")


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.zip"
    path.write_bytes(content)
    verdict = verify_package(path, Trust())
    assert not verdict.verified
    assert verdict.problem


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_each_changed_byte_is_named(sample: Sample, data: st.DataObject) -> None:
    """Of contents, names, headers and the directory alike."""
    whole = sample.path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    path = sample.path.with_name("changed.zip")
    path.write_bytes(changed)
    verdict = sample.check(path)
    assert not verdict.verified
    assert "not established" not in verdict.problem


def test_each_byte_that_is_no_content_is_checked(sample: Sample) -> None:
    """Of headers and directory: all of them."""
    whole = sample.path.read_bytes()
    with Container.open(sample.path) as container:
        stored = list(container.files.values())
    headers = [at for item in stored for at in range(item.offset, item.begins)]
    path = sample.path.with_name("header.zip")
    for at in [*headers[::7], *range(stored[-1].begins + stored[-1].size, len(whole), 7)]:
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(changed)
        try:
            with Container.open(path) as opened:
                assert opened.files != container.files  # a name was changed alike nowhere else
            raise AssertionError(at)
        except NotAPackage:
            pass
