"""The audit log on a page, for whoever oversees others: found by person, thing or plate, folded, and exported."""
