"""Taking one entry off its list in one act: who keeps the lists does it, with a reason, and nobody waits. Its plate
then stays off, whatever the source's next files say, until they drop it or a supervisor lets it return."""
