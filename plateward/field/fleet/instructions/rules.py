"""When instructions may be attached to a model. Pure."""

from functools import partial

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "6.e.iv.1"
_refusal = partial(Refusal, CLAUSE)


@enforces("6.e.iv.1/manufacturer")
def may_attach(model: str, *, file: bool, attached: bool) -> Decision:
    """Whether this is a model with instructions. `file`: some come with it; `attached`: it has some already."""
    if not any(character.isalnum() for character in model):
        return _refusal(
            "The model is not named.", "Enter manufacturer and model, as on its plate.", field="model"
        )
    if not file and not attached:
        return _refusal(
            "This model has no instructions yet.",
            "Choose the manufacturer's document, a PDF or text.",
            field="file",
        )
    return Allow()
