"""The simulator's legacy text."""

import re

from plateward.simulators.ncic.records import Parts, SwitchQuestion

QUESTION = re.compile(
    r"1N01(?P<control>[A-Z0-9]{1,16})\.(?P<key>[A-Z]{2,3})\.(?P<ori>[A-Z0-9]{9})"
    r"(?:\.(?P<to>[A-Z0-9]{2,9})\.TXT\n)?\.?(?P<fields>.*)",
    re.DOTALL,
)


def understand(content: bytes) -> SwitchQuestion | None:
    """The question, or None if it is none."""
    match = QUESTION.fullmatch(content.decode("ascii", "replace"))
    if match is None:
        return None
    pairs = [field.partition("/") for field in match["fields"].split(".") if field]
    fields = {key: value for key, _, value in pairs}
    return SwitchQuestion(match["control"], match["key"], match["ori"], match["to"] or "", fields)


def say(control: str, ori: str, parts: Parts) -> bytes:
    """An answer, each part in a paragraph of its own."""
    paragraphs = [
        "\n".join([label, *(f"{key}/{value}" for key, value in fields.items())]).strip()
        for label, fields in parts
    ]
    return "\n".join([f"1L01{control}", ori, "", *(f"{paragraph}\n" for paragraph in paragraphs)]).encode(
        "ascii"
    )
