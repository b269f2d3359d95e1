"""An own entry: ask the unit that entered it, or dispatch, whether it is still active."""
