"""What is broken about a reader: reported, told at once, and repaired by whom the ALPR administrator authorized."""
