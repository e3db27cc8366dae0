"""A store for the tests of the demo clinic: once, with the engine that the product would choose."""

from tests.support.redis import one_redis, one_store

__all__ = ["one_redis", "one_store"]
