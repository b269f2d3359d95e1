"""Verifies an alert's entry with NCIC, the agency that entered the record, and FMCSA."""
