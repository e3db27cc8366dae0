"""Our media worker against Janus: what a forwarded packet costs, and how long it waits. See docs/bench.md."""
