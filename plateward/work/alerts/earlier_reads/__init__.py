"""Earlier reads: what a new entry would have matched among stored reads. Nothing rings."""
