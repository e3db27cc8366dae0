-- Put a copy of a stream, newly sealed, in its place, if nothing was added to it or taken from it since it was copied.
-- Entries of a stream cannot be changed, so the whole stream is replaced at once; its entries keep their ids.
-- KEYS  stream copy     ARGV  first last number     Answer: 1 replaced; 0 copy again.
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if first and first[1] == ARGV[1] and last[1] == ARGV[2] and redis.call('XLEN', KEYS[1]) == tonumber(ARGV[3])
  and redis.call('XLEN', KEYS[2]) == tonumber(ARGV[3]) then
  redis.call('RENAME', KEYS[2], KEYS[1])
  return 1
end
redis.call('DEL', KEYS[2])
return 0
