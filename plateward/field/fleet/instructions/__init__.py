"""The manufacturer's instructions for the start-of-shift check, by model of reader."""
