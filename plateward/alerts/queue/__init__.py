"""The live queue: the newest alerts, what rings, and what an open page hears."""
