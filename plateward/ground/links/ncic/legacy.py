"""The legacy text of NCIC and the states' switches: a header, then fields such as LIC/TST123. Pure.

asked     1N01A1B2C3.QV.NM0000000.LIC/TST123.LIS/NM.ATN/A ARCHULETA STOLEN VEHICLE HIT
of others 1N01A1B2C3.YQ.NM0000000.TX0000000.TXT, then on a line of its own RTY/SV.RNO/1.PRI/U …
a record  1L01A1B2C3, the ORI asked from, then for each record a block of fields: MKE what it is,
          ORI who entered it, NIC its number, LIC and LIS plate and state, VYR VMA VMO VST VCO the vehicle
none      1L01A1B2C3, the ORI asked from, NO NCIC WANT LIC/TST123 LIS/NM
"""

import re

from plateward.ground.links.ncic.messages import ID, ORI, Block, Garbled, Question, SwitchMessage

MAX_MESSAGE = 16 * 1024  # bytes
FIELD = re.compile(r"(?:^|[ .])([A-Z]{3})/")


def render(question: Question) -> bytes:
    """The question as sent, without its frame."""
    head = f"1N01{question.id}.{question.key}.{question.ori}"
    fields = ".".join(f"{key}/{value}" for key, value in question.fields().items())
    if question.to:
        return f"{head}.{question.to}.TXT\n{fields}".encode("ascii")
    return (f"{head}.{fields}" if fields else head).encode("ascii")


def read(message: bytes) -> SwitchMessage:
    """A message without its frame. Raises `Garbled`, and nothing else."""
    try:
        text = message.decode("ascii")
    except UnicodeDecodeError:
        raise Garbled("has bytes that are not text") from None
    header, ori, *rest = [*(line.strip() for line in text.splitlines()), "", ""]
    if not header.startswith("1L01") or not ID.fullmatch(header[4:]) or not ORI.fullmatch(ori):
        raise Garbled("does not start like a response")
    return SwitchMessage(header[4:], ori, tuple(_block(paragraph) for paragraph in _paragraphs(rest)))


def _paragraphs(lines: list[str]) -> list[str]:
    """Each paragraph as a single line."""
    paragraphs = "\n".join(lines).split("\n\n")
    return [" ".join(paragraph.split("\n")).strip() for paragraph in paragraphs if paragraph.strip()]


def _block(paragraph: str) -> Block:
    label, *pairs = FIELD.split(paragraph)
    keys, values = pairs[::2], [value.strip(" .") for value in pairs[1::2]]
    if len(set(keys)) != len(keys):
        raise Garbled("has a field twice")
    return Block(label.strip(" ."), dict(zip(keys, values, strict=True)))
