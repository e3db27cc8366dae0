-- Somebody's sealed secret: the one there is, else the one that is brought; nothing of somebody who was erased.
-- KEYS  person_keys erased     ARGV  person fresh
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return false end
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])
