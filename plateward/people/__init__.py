"""Who people are, what their duty allows (one table, `permissions.py`), and the sign-in that proves it."""
