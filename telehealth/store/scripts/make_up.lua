-- Say which session makes up for a missed one, with the audit entry. The first one stands: 0 if another already does.
-- KEYS  make_ups audit latest     ARGV  client session record actor at subject
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then return known == ARGV[3] and 1 or 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
chained(KEYS[2], 'actor', ARGV[4], 'action', 'make_up.planned', 'subject', ARGV[6], 'at', ARGV[5])
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[5]) end
return 1
