"""Doors to people outside: a message goes in, what became of it comes out as a class of fault."""
