"""Who looks at what somebody recorded of an alert, and how much it must say."""
