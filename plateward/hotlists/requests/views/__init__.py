"""The pages of who asks, of who reviews, and of what became of an entry."""
