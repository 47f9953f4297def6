"""Check a learner's own notebook in a process beside: nothing that it does can hang or end the one that asks."""
