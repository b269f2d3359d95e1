from plateward.field.fleet.malfunctions.actions import remind

REMINDERS = (remind,)
