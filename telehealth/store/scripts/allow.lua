-- Count one attempt within a period that begins with its first one.
-- KEYS  counter     ARGV  seconds
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
