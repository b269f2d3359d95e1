"""Who reviews what somebody recorded on an alert, and how much it must say."""
