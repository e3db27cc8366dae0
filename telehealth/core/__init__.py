"""Rules: pure functions of recorded events. No clock, no randomness, no I/O; time and ids come in as arguments."""
