"""In imminent danger: acting without the checks; notified at once, and reviewed."""
