"""Plateward: an automated licence plate reader system that its public can trust."""
