"""Results taken along, as CSV or on paper: marked, with whose, when and which search, on the log before they leave."""
