-- Record a track, new or in the place of the one of its code, with the audit entry in one step.
-- KEYS  tracks audit latest     ARGV  code record actor at
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
chained(KEYS[2], 'actor', ARGV[3], 'action', 'track.set', 'subject', ARGV[1], 'at', ARGV[4])
if tonumber(ARGV[4]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[4]) end
return 1
