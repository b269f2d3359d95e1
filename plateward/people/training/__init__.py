"""Courses, who must take which, and who has: no access before training, none after it lapses."""
