"""How a step upon an alert is taken: locked, recorded, and its page shown again where it is refused."""
