"""Hot lists on the command line."""
