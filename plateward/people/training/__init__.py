"""Courses, who must have taken which, and who has: no access before training, none after it lapsed."""
