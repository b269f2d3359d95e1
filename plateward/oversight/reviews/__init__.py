"""Audit reviews: every week and every quarter people look at a sample of the log and at what is riskiest in it."""
