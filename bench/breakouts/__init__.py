"""How soon sixteen people are in breakout rooms and back, with no wrong face or voice: `python -m bench.breakouts`."""
