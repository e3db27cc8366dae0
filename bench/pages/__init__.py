"""What a person waits for and what a page may never show, in real Chromium: see docs/bench.md."""
