"""NCIC, FMCSA and the entering agencies are asked, and their answers heard."""
