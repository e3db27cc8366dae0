"""The fixtures of the store's tests: every test that asks for one runs on each engine."""

from tests.support.redis import engine, own_raw, own_store, raw, redis, shared, store

__all__ = ["engine", "own_raw", "own_store", "raw", "redis", "shared", "store"]
