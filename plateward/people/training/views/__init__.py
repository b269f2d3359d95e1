"""The pages of this room: who is due, records, courses and their materials, requirements, duties."""
