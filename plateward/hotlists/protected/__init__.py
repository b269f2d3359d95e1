"""The register of the agency's vehicles and of its people's own: to list one is decided with care."""
