"""Saving and checking progress notes, measured, and random histories of two editors."""
