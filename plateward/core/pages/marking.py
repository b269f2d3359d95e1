"""The marking of whatever leaves the system with leads in it."""

MARKING = "CJI. Confidential: investigative lead only, verify before acting."
