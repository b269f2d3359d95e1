"""A reason's characters and words. Pure."""

import re
import unicodedata

LONGEST = 1000  # characters of a reason
PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": ".", "\xa0": " "})
SIGNS = "°½¼¾§£€×"  # what a person types beside letters, digits and ASCII
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]+){3,}[^\W\d_](?![^\W_])")


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
    if re.fullmatch(r"(?:asdf|qwer|zxcv|hjkl|asd|jkl)+", word):
        return True
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
