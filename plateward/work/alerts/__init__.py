"""From a hit to a closed alert: confirm, observe, verify, act, dispose. An alert is a question."""
