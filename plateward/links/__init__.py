"""Clients of outside systems. No Django; what they answer is never trusted further than it can be checked."""
