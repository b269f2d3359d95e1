"""What became of alerts: how often cameras and lists are right, how certain that is, and which are muted."""
