"""The function check of a reader at the start of each shift: guided, recorded, and told to who leads its unit."""
