"""The alert's page: what all rooms about an alert show and offer there, and the earlier reads."""
