"""The reads of one's own unit, and single reads shared with named colleagues: for a purpose and a time."""
