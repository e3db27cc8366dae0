"""The attendance export under load: rows a CPU second, memory, first byte; beside it COPY of the same rows."""
