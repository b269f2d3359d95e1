"""When what failed is tried again, and what people read of it."""

from datetime import timedelta

from django.apps import apps

from plateward.core.outbox.models import Outgoing
from plateward.core.outbox.rules import FIRST_WAIT, LONGEST_WAIT, wait_after


def test_the_wait_doubles_and_has_an_end() -> None:
    waits = [wait_after(tries) for tries in range(40)]
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert wait_after(40, timedelta(minutes=1)) == timedelta(minutes=1)


def test_every_sender_has_a_sentence_for_each_problem_that_any_may_meet() -> None:
    senders = [model for model in apps.get_models() if issubclass(model, Outgoing)]
    assert senders
    for sender in senders:
        problems = {problem.value: problem for problem in sender.Problem}
        assert problems.keys() >= {"broken", "full", "stated"}
        assert max(map(len, problems)) <= 12
        detail = "It says {this}."
        for code, problem in problems.items():
            text = sender(problem=code, detail=detail).problem_text
            assert text == problem.label.replace("{detail}", detail)
        assert sender(detail=detail).problem_text == ""
