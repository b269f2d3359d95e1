"""The whole audit log as one file that proves itself, made for whoever audits the system, and taken from a page."""
