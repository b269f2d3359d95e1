"""Periodic work: a job that a room declares, and a lease on a row that a single node works on at a time."""
