"""Looking back: what a new entry would have found among the reads that are stored. It rings nothing."""
