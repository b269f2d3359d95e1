"""A throw-away agency on one machine: everything real, everybody invented."""
