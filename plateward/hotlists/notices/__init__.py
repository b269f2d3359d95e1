"""Which administrators are notified about a list that another person owns."""
