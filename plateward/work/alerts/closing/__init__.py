"""How an alert ends: its disposition, which names all that was done, and the supervisor's review."""
