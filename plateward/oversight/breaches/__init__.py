"""Breaches of security: anybody reports one, times run until those responsible know, what leaks is cut off, and the
root-cause analysis of IT Cyber Security closes it."""
