"""Several readings of one plate, frame after frame → one. Each character is put to a vote.

The readings of the length with most weight are compared character by character; the others are aligned with their
result first. Weight is confidence × size of the plate in the picture.

The frames of a pass are not independent: dirt, a shadow or a screw misleads all of them alike. So nothing is
multiplied: the scores of a character are weighted means over the frames (a linear opinion pool), and the plate is as
sure as the surest frame that shows it, times the share of weight that agrees. Ten frames that agree are no surer than
the surest of them, and each that disagrees makes the whole less sure.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from plateward.ground.matching.align import align
from plateward.ground.policy.trace import enforces
from plateward.recognition.types import Character, Plate

ALTERNATIVES = 4  # second choices per character, as in the engine
LEAST_SHARE = 0.001


def _floats() -> defaultdict[str, float]:
    return defaultdict(float)


@dataclass(frozen=True)
class PlateVerdict:
    """The plate that the frames agreed on; `confidence` from 0 to 1."""

    text: str
    state: str | None
    confidence: float
    characters: tuple[Character, ...]


@dataclass(frozen=True)
class _Place:
    """One character of the plate: `shares` is each candidate's weight, by the scores; `votes` the same, but an engine's
    own choice counts no less than its second, because it may know the form of a plate."""

    shares: defaultdict[str, float] = field(default_factory=_floats)
    votes: defaultdict[str, float] = field(default_factory=_floats)

    def add(self, character: Character, part: float) -> None:
        best = max((score for _, score in character.alternatives), default=0.0)
        self.shares[character.char] += part * character.score
        self.votes[character.char] += part * max(character.score, best)
        for char, score in character.alternatives:
            self.shares[char] += part * score
            self.votes[char] += part * score

    def settle(self, total: float) -> Character:
        char = _most(self.votes)
        scores = {letter: round(min(1.0, share / total), 4) for letter, share in self.shares.items()}
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        alternatives = tuple(pair for pair in ranked if pair[0] != char and pair[1] >= LEAST_SHARE)
        return Character(char, scores[char], alternatives[:ALTERNATIVES])


def reading_weight(plate: Plate) -> float:
    """The weight of a reading: its confidence × the side of a square as large as its box, in pixels."""
    _, _, width, height = plate.box
    return max(plate.confidence, 1e-3) * math.sqrt(max(width * height, 1))


@enforces("5.a/characters", "5.i/record")
def vote(readings: Sequence[Plate]) -> PlateVerdict:
    """The plate that the readings (at least one) show. A single reading comes out unchanged."""
    weighed = [(plate, reading_weight(plate)) for plate in readings]
    total = sum(part for _, part in weighed)
    lengths, states = defaultdict[int, float](float), _floats()
    for plate, part in weighed:
        lengths[len(plate.characters)] += part
        if plate.state:  # a frame without a state abstains
            states[plate.state] += part
    length = max(lengths, key=lambda count: lengths[count])
    places = [_Place() for _ in range(length)]
    for plate, part in weighed:
        if len(plate.characters) == length:
            _add(places, enumerate(plate.characters), part)
    first = "".join(_most(place.votes) for place in places)
    for plate, part in weighed:
        if len(plate.characters) != length:
            _add(places, _aligned(first, plate), part)
    characters = tuple(place.settle(total) for place in places)
    text = "".join(character.char for character in characters)
    agreed = sum(part * _agreement(plate, text) for plate, part in weighed) / total
    surest = max(plate.confidence * _agreement(plate, text) for plate in readings)
    state = _most(states) if states else None
    if state and states[state] <= sum(states.values()) / 2:
        state = None
    return PlateVerdict(text, state, round(surest * agreed, 4), characters)


def _add(places: list[_Place], characters: Iterable[tuple[int, Character]], part: float) -> None:
    for place, character in characters:
        places[place].add(character, part)


def _aligned(text: str, plate: Plate) -> Iterator[tuple[int, Character]]:
    """The characters of a reading of another length, each with its place in `text`."""
    place, characters = 0, iter(plate.characters)
    for pair in align(text, "".join(character.char for character in plate.characters)):
        character = next(characters) if pair.listed else None
        if pair.read and character:
            yield place, character
        place += bool(pair.read)


def _agreement(plate: Plate, text: str) -> float:
    """How far a reading agrees with the text, 0 to 1: less for each second choice it needs."""
    if len(plate.characters) != len(text):
        return 0.0
    agreement = 1.0
    for character, char in zip(plate.characters, text, strict=True):
        if character.char != char:
            agreement *= min(1.0, dict(character.alternatives).get(char, 0.0) / max(character.score, 1e-3))
    return agreement


def _most(weights: dict[str, float]) -> str:
    return max(weights, key=lambda char: weights[char])
