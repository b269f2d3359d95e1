"""Recalling an entry in one act: a list administrator does it, with a reason, without review. The plate then
stays off the list, whatever the source's files say, until they drop it or a supervisor lets it return."""
