"""Where a place is, in words: how far from which town, on which road, and which way. Pure, but for two files that are
read once: the towns that the maps draw, and the roads that the agency gives."""
