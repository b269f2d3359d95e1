from plateward.field.fleet.placements.actions import remind_of_assignments, remind_of_transfers

REMINDERS = (remind_of_transfers, remind_of_assignments)
