"""Courses, what each role must have taken, who took what, and duties to retrain."""
