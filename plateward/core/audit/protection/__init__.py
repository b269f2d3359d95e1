"""What the database itself protects records with: that all of it is there, and switched on."""
