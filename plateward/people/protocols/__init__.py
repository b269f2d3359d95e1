"""Written protocols: their versions, what was approved, and who acknowledged it."""
