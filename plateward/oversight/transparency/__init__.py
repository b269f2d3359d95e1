"""What the public sees of the system, counted from the log and provable; SB 40's yearly report, and other agencies'."""
