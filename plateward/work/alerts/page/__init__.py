"""The alert's page, composed from all alert rooms, and the list of earlier reads."""
