"""Our media worker against Janus: what a forwarded packet costs, and what it waits. `make bench-media`; docs/bench.md."""
