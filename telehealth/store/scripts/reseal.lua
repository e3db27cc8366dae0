-- Put a newly sealed value in the place of the old one, if that still stands there, byte by byte: whatever somebody wrote
-- meanwhile stays. An empty new value drops a string. The time after which Redis drops a string by itself is kept.
-- KEYS  record     ARGV  field (empty: a string) old new     Answer: 1 it stands so now; 0 something else does.
local field, old, new = ARGV[1], ARGV[2], ARGV[3]
if field == '' then
  local now = redis.call('GET', KEYS[1])
  if (now or '') == new then return 1 end
  if now ~= old then return 0 end
  if new == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], new, 'KEEPTTL') end
else
  local now = redis.call('HGET', KEYS[1], field)
  if now == new then return 1 end
  if now ~= old then return 0 end
  redis.call('HSET', KEYS[1], field, new)
end
return 1
