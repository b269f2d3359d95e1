"""A read and its images, for whoever may see them."""
