"""The Redis door: keys, codec, sealed fields, Lua scripts, event log, indexes, embedded server."""
