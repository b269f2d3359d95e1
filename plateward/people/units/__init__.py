"""Units and districts: the reach of what people see and do."""
