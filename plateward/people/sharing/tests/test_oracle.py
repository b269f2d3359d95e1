"""An independent engine answers as the product does; `plateward bench sharing` asks it 100,000 times."""

import pytest

from plateward.testing.sharing_oracle import disagreements


@pytest.mark.clause("AC-3/signed", "AC-4/flow", "6.b.i.6/scope")
def test_cedar_answers_generated_requests_alike() -> None:
    assert disagreements(9_000, seed=33) == []
