-- Write a session as its series plans it, if its room has never been opened and the record is another one. 1 if written.
-- What exports tell of it is a change for those who follow.
-- That a session is cancelled also stands with the room (append.lua): whoever opens it in this moment must not succeed.
-- KEYS  session sessions longest changes log ops [indexes]     ARGV  id starts ends record title cancelled(1/0)
if redis.call('EXISTS', KEYS[5]) == 1 or redis.call('HGET', KEYS[1], 'record') == ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[4], 'title', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
local length = tonumber(ARGV[3]) - tonumber(ARGV[2])
if length > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], string.format('%.0f', length)) end
for i = 7, #KEYS do redis.call('ZADD', KEYS[i], ARGV[2], ARGV[1]) end
if ARGV[6] == '1' then redis.call('HSET', KEYS[6], ' cancelled', 1) else redis.call('HDEL', KEYS[6], ' cancelled') end
redis.call('XADD', KEYS[4], '*', 'session', ARGV[1], 'client', '', 'why', 'session.scheduled')
return 1
