"""What must reach another system, and is tried until it does or is given up."""
