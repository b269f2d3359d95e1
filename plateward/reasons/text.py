"""A reason's characters and words. Pure."""

import re
import unicodedata

LONGEST = 1000  # characters of a reason
WORD = re.compile(r"\$|\d+(?:[:./-]\d+)+|[^\W_]+(?:['/&-][^\W_]+)*\.?|&", re.UNICODE)
PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": ".", "\xa0": " "})
SIGNS = "°½¼¾§£€×"  # what a person types beside letters, digits and ASCII
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]+){3,}[^\W\d_](?![^\W_])")
PLURAL_POSSESSIVE = re.compile(r"(?<=\w)s'(?=\s)")
CLAUSE_END = re.compile(r"[;,](?!\d)\s*|(?<=\w\w)(?<!\bM[rs])(?<!\bMrs)(?<!\bDr)[.:]\s+|\s-+\s")
BOTH = re.compile(r"\b(?!hit/)([A-Za-z]{3,})/(?=[a-z]{3})")  # "kidnap/assault"; a crossing has capitals
TRUCK = re.compile(r"\bF (?=[1-6]50\b)", re.IGNORECASE)  # "F 150"
BARE_THIS = re.compile(  # "left in this", "bought this at auction": of the vehicle
    r"(?<=[a-z])(?<!saw)(?<!see)(?<!run)(?<!like)(?<!need) this"
    r"(?=\s*(?:[,.;&/)]|$|(?:and|at|to|on|after|before|from|w|when|while|per|twice|again)\b))",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The text with typewriter quotes and dashes and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(PLAIN).split())


def strange_character(text: str) -> str:
    """The first character that is neither a Latin letter, a digit nor common punctuation: lookalike letters, emoji,
    marks that cannot be seen. Empty if there is none."""
    for character in text:
        if character.isascii() or character in SIGNS:
            continue
        if not unicodedata.name(character, "").startswith("LATIN ") or not character.isalpha():
            return character
        if unicodedata.normalize("NFKC", character) != character or (
            character > "ſ" and not unicodedata.normalize("NFD", character)[0].isascii()
        ):
            return character
    return ""


def is_mashed(text: str) -> bool:
    """Whether its letters are keys in a row, one letter again and again, or one word again and again (three times
    running, or most of the words)."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    letters = "".join(words)
    if not letters:
        return False
    odd = sum(len(word) for word in words if _is_row(word) or len(set(word)) == 1 < len(word))
    if odd * 2 > len(letters):
        return True
    thrice = any(len({*three}) == 1 for three in zip(words, words[1:], words[2:], strict=False))
    return thrice or (len(words) > 2 and len(set(words)) * 3 <= len(words))


def _is_row(word: str) -> bool:
    if len(word) < 4:
        return word in {"asd", "qwe", "zxc", "jkl", "sdf", "dfg", "fgh"}
    if word in {"asdf", "qwer", "zxcv", "fdsa", "hjkl", "wasd", "sdfg"}:
        return True
    return any(
        part in row or part in row[::-1]
        for row in KEYBOARD
        for part in (word, word[: len(word) // 2 + 2])
        if len(part) >= 5
    )


def is_spaced_out(text: str) -> bool:
    """Whether words are written letter by letter: "i n v e s t"."""
    return bool(SPACED.search(text))


def why_illegible(text: str) -> str:
    """For whoever wrote it: what in its letters hides its words. Empty if nothing does."""
    if strange := strange_character(text):
        name = f"“{strange}” " if strange.isprintable() else ""
        return (
            f"It has a character {name}(U+{ord(strange):04X}) that is no plain letter, digit or punctuation mark. "
            "Type it in plain letters."
        )
    if is_spaced_out(text):
        return "Its letters are spaced out. Write whole words: what happened, and why this plate."
    return ""


def clauses_of(text: str) -> list[str]:
    """The parts between commas, semicolons and full stops: what one asks does not touch the next."""
    return [part for part in CLAUSE_END.split(text) if part.strip()]


def words_of(text: str) -> list[str]:
    """As `plain_words`, with "left in this" completed to "left in this vehicle", "F 150" as "F150", and
    "kidnap/assault" as two words."""
    return plain_words(BOTH.sub(r"\1 ", TRUCK.sub("F", BARE_THIS.sub(" this vehicle", text))))


def plain_words(text: str) -> list[str]:
    """Words, numbers and signs as they stand, without punctuation. A possessive keeps its apostrophe: that of a plural
    becomes 's."""
    return [word.rstrip(".") for word in WORD.findall(PLURAL_POSSESSIVE.sub("s's", text))]
