"""The register of vehicles of the agency and its people: listing one of them needs special care."""
