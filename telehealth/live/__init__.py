"""Room tasks: take a command, decide, append, apply, tell."""
