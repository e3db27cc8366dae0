-- Write a scheduled session with its indexes. `longest` is how far back a search for overlaps must look.
-- What exports tell of it (the record) is a change for those who follow, if it is one.
-- KEYS  session sessions longest changes [indexes]     ARGV  id starts ends record title
local before = redis.call('HGET', KEYS[1], 'record')
redis.call('HSET', KEYS[1], 'record', ARGV[4], 'title', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
local length = tonumber(ARGV[3]) - tonumber(ARGV[2])
if length > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], string.format('%.0f', length)) end
for i = 5, #KEYS do redis.call('ZADD', KEYS[i], ARGV[2], ARGV[1]) end
if before ~= ARGV[4] then
  redis.call('XADD', KEYS[4], '*', 'session', ARGV[1], 'client', '', 'why', 'session.scheduled')
end
return 1
