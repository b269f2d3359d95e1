"""The training pages: who is due, records, courses and their materials, requirements, duties."""
