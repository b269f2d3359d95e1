"""Starting the hub: the checks before it listens, its listeners, its background work."""
