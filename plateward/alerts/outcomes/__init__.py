"""What became of alerts: how often cameras and lists are right, how surely that is known, and who rings no more."""
