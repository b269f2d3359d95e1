"""Who may see which alerts: the list's audience, and colleagues with a share."""
