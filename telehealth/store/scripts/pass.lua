-- Put something passing into the ring of an open room; a repeated operation gets its first position. A room that is
-- not open has no ring (one made after its end would never be deleted): the answer is empty.
-- KEYS  open ring ops     ARGV  session op body
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then return '' end
local name = 'ring:' .. ARGV[2]
local first = redis.call('HGET', KEYS[3], name)
if first then return first end
local id = redis.call('XADD', KEYS[2], 'MAXLEN', 200, '*', 'op', ARGV[2], 'body', ARGV[3])
redis.call('HSET', KEYS[3], name, id)
return id
