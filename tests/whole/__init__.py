"""Stories in real browsers against the real server, each ending with what Redis holds."""
