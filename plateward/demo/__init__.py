"""A throw-away agency on one machine: everything is real, everybody is invented."""
