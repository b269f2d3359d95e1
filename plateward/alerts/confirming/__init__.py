"""What people answer to an alert beside its steps: that something is wrong with it."""
