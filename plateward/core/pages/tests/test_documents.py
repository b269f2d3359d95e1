"""What people upload comes back as a file to save, whatever it or its name claims to be."""

import pytest

from plateward.core.pages.documents import (
    NotADocument,
    document_response,
    media_type_of,
    safe_file_name,
    scan_type_of,
)

HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("given", "content", "saved"),
    [
        ("../../etc/passwd", b"%PDF-1.7", "passwd.pdf"),
        ("..\\..\\run.exe", b"%PDF-1.7" + HTML, "run.exe.pdf"),
        ("course.html", HTML, "course.html.txt"),
        ("drawing.svg", b"<svg onload=alert(1)>", "drawing.svg.txt"),
        ("help.hta", HTML, "help.hta.txt"),
        ("sheet.csv", b"=cmd|' /C calc'!A0", "sheet.csv.txt"),
        ("a\r\nSet-Cookie: x=1.txt", b"words", "aSet-Cookie: x=1.txt"),
        ("\u202etxt.exe", b"words", "txt.exe.txt"),
        ("Guide.PDF", b"%PDF-1.7", "Guide.PDF"),
    ],
)
def test_what_was_uploaded_is_saved_and_never_run(given: str, content: bytes, saved: str) -> None:
    answer = document_response(content, safe_file_name(given), media_type_of(content))
    assert answer["Content-Disposition"] == f'attachment; filename="{saved}"'
    assert (answer["X-Content-Type-Options"], "html" in answer["Content-Type"]) == ("nosniff", False)


@pytest.mark.parametrize("content", [b"MZ\x90\0", b"PK\x03\x04\0", b"GIF89a\xff", b"", b" \n"])
def test_what_is_no_document_is_refused(content: bytes) -> None:
    for type_of in (media_type_of, scan_type_of):
        with pytest.raises(NotADocument):
            type_of(content)
