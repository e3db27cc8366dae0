-- Destroy somebody's secret and say who did it, in one step, if no hold was added or released since the holds were read.
-- KEYS  person_keys erased holds audit latest     ARGV  person at actor why holds     Answer: 0 judge again; 1 it is so.
if redis.call('HLEN', KEYS[3]) ~= tonumber(ARGV[5]) then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. ARGV[4]) == 0 then return 1 end
chained(KEYS[4], 'actor', ARGV[3], 'action', 'person.erased', 'subject', ARGV[1] .. ' ' .. ARGV[4], 'at', ARGV[2])
if tonumber(ARGV[2]) > tonumber(redis.call('GET', KEYS[5]) or '0') then redis.call('SET', KEYS[5], ARGV[2]) end
return 1
