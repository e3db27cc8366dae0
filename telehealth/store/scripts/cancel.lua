-- Cancel a session that no group plans, if its room has never been opened and its record is still the one that was
-- judged, with the audit entry. That it is cancelled also stands with the room, as in plan.lua.
-- The missed session for which it was to make up is a change, too: its row says what makes up for it.
-- KEYS  session changes log ops audit latest     ARGV  id before after actor subject at [missed client...]
-- Answer: 1 it is so, also to a repeat; 0 it was opened or changed.
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
local record = redis.call('HGET', KEYS[1], 'record')
if record == ARGV[3] then return 1 end
if record ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[3])
redis.call('HSET', KEYS[4], ' cancelled', 1)
redis.call('XADD', KEYS[2], '*', 'session', ARGV[1], 'client', '', 'why', 'session.scheduled')
for i = 8, #ARGV do redis.call('XADD', KEYS[2], '*', 'session', ARGV[7], 'client', ARGV[i], 'why', 'attendance.changed') end
chained(KEYS[5], 'actor', ARGV[4], 'action', 'session.cancelled', 'subject', ARGV[5], 'at', ARGV[6])
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[6]) or '0') then redis.call('SET', KEYS[6], ARGV[6]) end
return 1
