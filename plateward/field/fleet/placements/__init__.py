"""Where each reader is: its deployments and the zones where none records, its transfers, and who drives it."""
