"""Who must be told of a change to somebody's access, and whether they have read it: within a day (AC-2)."""
