"""The audit log on a page, for those who oversee others: found by person, thing or plate, folded, and exported."""
