"""Taking one entry off its list in one act: who keeps the lists does it, with a reason, and nobody waits."""
