"""Clients of outside systems. No Django; nothing that they answer is trusted unless it can be checked."""
