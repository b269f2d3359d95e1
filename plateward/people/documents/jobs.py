from plateward.people.documents.reminding import remind

REMINDERS = (remind,)
