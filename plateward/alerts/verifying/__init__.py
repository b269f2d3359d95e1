"""Whether an alert's plate is sought at all: NCIC, the agency that entered the record, and FMCSA are asked."""
