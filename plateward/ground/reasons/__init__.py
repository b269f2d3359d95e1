"""The judge of search reasons: `judging.judge` says whether a reason is accepted, whether it is marked, and why."""
