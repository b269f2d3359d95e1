"""What every page shares: templates, static sources, the map."""
