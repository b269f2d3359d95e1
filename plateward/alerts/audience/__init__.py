"""Who may see which alerts: the audience of the list, and whom a colleague shows one to."""
