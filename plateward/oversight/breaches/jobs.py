from plateward.oversight.breaches.actions import remind

REMINDERS = (remind,)
