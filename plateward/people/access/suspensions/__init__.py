"""What suspends or ends approved access: leave, separation, a high risk, 90 days without use."""
