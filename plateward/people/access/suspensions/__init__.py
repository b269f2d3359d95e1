"""What suspends or ends access whatever was approved: leave, termination, a high risk, 90 days without use."""
