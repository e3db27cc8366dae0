"""The fixtures of the store's tests: every test that asks for one runs on each engine."""

from tests.support.redis import engine, raw, redis, store

__all__ = ["engine", "raw", "redis", "store"]
