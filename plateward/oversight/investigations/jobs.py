from plateward.oversight.investigations.concluding import remind

REMINDERS = (remind,)
