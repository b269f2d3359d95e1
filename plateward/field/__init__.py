"""What is on the road and what comes from there: readers, the lists they compare with, and reads."""
