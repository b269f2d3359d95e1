"""Courses, what each role must take, who took what, and duties to retrain."""
