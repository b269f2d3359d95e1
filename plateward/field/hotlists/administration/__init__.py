"""List administration: settings, audiences, alarms, and the reasons that an entry may give."""
