"""People of the agency's directory, compared with the accounts here; a person approves each difference."""
