"""An entry of the agency's own: the unit that entered it, or dispatch, is asked whether it is still active."""
