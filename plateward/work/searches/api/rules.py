"""What a token may ask. Pure."""

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces


@enforces("6.a.i.1/every")
def may_ask_with(token_purpose: str, token_number: str, purpose: str, number: str) -> Decision:
    """Whether a search for this purpose in this case is the token's to ask. An empty `token_number`: any case."""
    if purpose != token_purpose:
        return Refusal(
            "6.a.i.1",
            "This token was made for another purpose.",
            "Make a token for this one, under Search, API tokens.",
            field="purpose",
        )
    if token_number and number != token_number:
        return Refusal(
            "6.a.iii",
            "This token was made for another case.",
            "Make a token for this one, under Search, API tokens.",
            field="number",
        )
    return Allow()


def may_repeat(search: int, *, same: bool) -> Decision:
    """Whether a request with the key that made this search gets it again. `same`: it asks for the same, on the same
    grounds."""
    if same:
        return Allow()
    return Refusal(
        "6.e.vi",
        f"This key made search {search}, which looks for something else or rests on other grounds.",
        "Use a new key for each search.",
        field="key",
    )
