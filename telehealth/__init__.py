"""A self-hosted telehealth group-session server for Intensive Outpatient Programs.

Three words place every line: *rules* (`core`) are pure functions of recorded events, *doors* (`store`, `media`,
`edge`) each name one foreign library, *loops* (`live`, `media/worker.py`) own the state that changes.
Start with docs/architecture.md.
"""
