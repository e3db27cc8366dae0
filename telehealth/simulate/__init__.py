"""Simulated participants: clients of the real server, without a browser."""
