"""One press says that an alert is not a match: it closes the alert, unless it is undone within seconds."""
