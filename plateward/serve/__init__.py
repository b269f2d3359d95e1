"""Starting the hub: what must be true before it listens, its listeners, its background work."""
