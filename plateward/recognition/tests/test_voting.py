import pytest

from plateward.recognition import voting
from plateward.recognition.recognizer import TextLine
from plateward.recognition.tests.stand_ins import glyph, line


def test_separators_are_no_characters() -> None:
    verdict = voting.decide_plate([line("HVT-4821"), line("HVT 4821"), line("HVT·4821")])
    assert verdict is not None
    assert verdict.text == "HVT4821"
    assert 0.8 < verdict.confidence < 1


def test_the_crops_outvote_one_that_misread() -> None:
    verdict = voting.decide_plate([line("HVT4821"), line("HVT4821"), line("HVT4321")])
    assert verdict is not None
    assert verdict.text == "HVT4821"


def test_an_issued_format_decides_between_like_characters() -> None:
    doubtful = TextLine((*line("HVT4").glyphs, glyph("B", 0.55, "8", 0.4), *line("21").glyphs))
    verdict = voting.decide_plate([doubtful])
    assert verdict is not None
    assert verdict.text == "HVT4821"


@pytest.mark.clause("5.a")
def test_every_character_keeps_its_alternatives_with_scores() -> None:
    doubtful = TextLine((*line("HVT48").glyphs, glyph("2", 0.9, "Z", 0.08), *line("1").glyphs))
    verdict = voting.decide_plate([doubtful])
    assert verdict is not None
    sixth = verdict.characters[5]
    assert (sixth.char, sixth.score, sixth.alternatives) == ("2", 0.9, (("Z", 0.08),))
    assert "".join(character.char for character in verdict.characters) == verdict.text


def test_the_edge_of_a_frame_read_as_a_character_is_left_out() -> None:
    verdict = voting.decide_plate([line("HVT4821"), TextLine((glyph("1", 0.6), *line("HVT4821").glyphs))])
    assert verdict is not None
    assert verdict.text == "HVT4821"


def test_nothing_is_read_where_nothing_can_be_a_plate() -> None:
    assert voting.decide_plate([line("55"), line(""), line("SANTA FE COUNTY")]) is None


def test_letters_alone_are_not_made_of_a_word_by_leaving_one_out() -> None:
    assert voting.decide_plate([line("TOYOTA")]) is None
