"""The hub's background work goes on."""

import threading

import pytest

from plateward.serve import hub as served


@pytest.mark.clause("AU-5")
def test_a_head_that_could_not_be_signed_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tries = threading.Event(), []

    def sign() -> None:
        tries.append("try")
        if len(tries) == 1:
            raise RuntimeError("no database")
        stop.set()

    monkeypatch.setattr(served, "sign_head", sign)
    monkeypatch.setattr(served, "HEAD_EVERY", 0.0)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    served.sign_heads(stop)
    assert len(tries) == 2
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "AU-5" in caplog.text
