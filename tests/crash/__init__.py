"""The crash test: processes are killed at random while people come and go, and the record is held against a diary.

`make test-crash` kills a hundred times (`python -m tests.crash`); test_crash.py does the same with a few kills.
"""
