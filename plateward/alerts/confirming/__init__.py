"""What people answer to an alert beside its steps: that it is wrong, and that danger leaves no time for the checks."""
