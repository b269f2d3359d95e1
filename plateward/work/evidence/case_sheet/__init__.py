"""The case sheet of an alert: all that is on record of it on paper, for a case file's reader."""
