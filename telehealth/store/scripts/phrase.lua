-- Keep, replace or drop (empty) a quick phrase, with the audit entry. 0: the author has as many as they may, or there is
-- nothing to drop.
-- KEYS  phrases audit     ARGV  most id sealed actor at
local known = redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1
local action = 'phrase.saved'
if ARGV[3] == '' then
  if not known then return 0 end
  action = 'phrase.dropped'
  redis.call('HDEL', KEYS[1], ARGV[2])
else
  if not known and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
end
chained(KEYS[2], 'actor', ARGV[4], 'action', action, 'subject', ARGV[2], 'at', ARGV[5])
return 1
