"""Why a read may be an entry's plate, in words for the person who decides about it."""

from collections.abc import Sequence

from plateward.ground.matching.align import AlignedPair, align
from plateward.ground.matching.kinds import MatchKind, StateAgreement
from plateward.ground.matching.misread import Character
from plateward.ground.policy.trace import enforces


@enforces("5.g/maybe")
def explain_match(
    kind: MatchKind,
    read: tuple[str, str | None],
    listed: tuple[str, str | None],
    characters: Sequence[Character] = (),
) -> str:
    """A sentence. `read` and `listed` are a plate with its state; `characters` are the read's."""
    partial = kind is MatchKind.PARTIAL
    plates = (
        _explain_partial(read[0], listed[0]) if partial else _explain_whole(read[0], listed[0], characters)
    )
    return f"{plates[0].upper()}{plates[1:]}; {_explain_states(read[1], listed[1])}."


def state_agreement(read: str | None, listed: str | None) -> StateAgreement:
    """The agreement of the read state with the listed state."""
    if read is None or listed is None:
        return StateAgreement.UNKNOWN
    return StateAgreement.EQUAL if read == listed else StateAgreement.DIFFERENT


def _explain_states(read: str | None, listed: str | None) -> str:
    match state_agreement(read, listed):
        case StateAgreement.EQUAL:
            return f"the state agrees ({listed})"
        case StateAgreement.DIFFERENT:
            return f"STATE READ ({read}) IS NOT THE LISTED STATE ({listed})"
    if listed is None:
        return "no state is listed" + (f" ({read} was read)" if read else "")
    return f"the state was not read ({listed} is listed)"


def _explain_partial(read: str, listed: str) -> str:
    alike = [f"{pair.listed} read as {pair.read}" for pair in align(read, listed) if pair.same == "folded"]
    return ", ".join([f"the listed {listed} has unknown characters; {read} fits it", *alike])


def _explain_whole(read: str, listed: str, characters: Sequence[Character]) -> str:
    differences, zeros, at = [], False, 0
    for pair in align(read, listed):
        if {pair.read, pair.listed} == {"O", "0"}:
            zeros = True
        elif pair.same != "same":
            differences.append(_difference(pair, characters[at] if at < len(characters) else None))
        at += bool(pair.read)
    if differences:
        return "read " + ", ".join(differences)
    return "every character agrees" + (", O and 0 taken as one" if zeros else "")


def _difference(pair: AlignedPair, character: Character | None) -> str:
    if not pair.read:
        return f"nothing where {pair.listed} is listed"
    if not pair.listed:
        return f"{pair.read} where nothing is listed"
    if pair.same == "folded":
        return f"{pair.read} where {pair.listed} is listed (they look alike)"
    doubted = (
        dict(character.alternatives).get(pair.listed) if character and character.char == pair.read else None
    )
    doubt = f" (reader confidence {doubted:.0%})" if doubted else ""
    return f"{pair.read} where {pair.listed} is listed{doubt}"
