"""The live queue: the newest alerts, which ones ring, and what an open page receives."""
