"""What the hub and the readers both stand on: no Django, and nothing of either."""
