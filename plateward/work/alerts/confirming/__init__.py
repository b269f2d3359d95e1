"""What people answer to an alert besides its steps: that something is wrong with it."""
