-- Say which session makes up for a missed one, with the audit entry. The first one stands: 0 if another already does,
-- unless that is `over`: one that was cancelled. The missed row is a change for those who follow: it says what makes up.
-- KEYS  make_ups audit latest changes     ARGV  client session record actor at subject missed over
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and known ~= ARGV[8] then return known == ARGV[3] and 1 or 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('XADD', KEYS[4], '*', 'session', ARGV[7], 'client', ARGV[1], 'why', 'attendance.changed')
chained(KEYS[2], 'actor', ARGV[4], 'action', 'make_up.planned', 'subject', ARGV[6], 'at', ARGV[5])
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[5]) end
return 1
