"""What is kept until when, and destroyed then: the schedule, legal holds, destruction orders, and the daily run."""
