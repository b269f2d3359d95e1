"""Units and districts, which bound what people see and do."""
