"""Investigations of misuse: a supervisor opens one, each allegation gets an outcome that somebody else reviews, and it
stays open until discipline and the report to the CJIS Security Officer are on record."""
