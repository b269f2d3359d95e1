"""In imminent danger: going on without the checks, which is told at once, and reviewed."""
