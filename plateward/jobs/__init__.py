"""What a room does by itself: a job that it declares, and a lease on a row that one node works on at a time."""
