"""A read and its images, for people who may see them."""
