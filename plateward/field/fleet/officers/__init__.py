"""Officers at the readers' own screens: one log-in a person, at one reader."""
