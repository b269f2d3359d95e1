"""Plateward: an automated license plate reader system that its public can trust."""
