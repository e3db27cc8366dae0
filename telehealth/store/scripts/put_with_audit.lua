-- Put a whole value, with the audit entry, unless it is there already.
-- KEYS  value audit     ARGV  value actor action subject at
if redis.call('GET', KEYS[1]) == ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
chained(KEYS[2], 'actor', ARGV[2], 'action', ARGV[3], 'subject', ARGV[4], 'at', ARGV[5])
return 1
