"""Who people are, what their duty allows (one table, `permissions.py`), and the log-in that proves it."""
