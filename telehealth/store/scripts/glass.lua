-- Keep that somebody broke the glass, or (`review`, `closed`) what was done about it, with the audit entry in one step.
-- What is there is never replaced. 0: there is no such opening, or it was done before.
-- KEYS  records audit latest     ARGV  id field value actor action subject at
local name = ARGV[1]
if ARGV[2] ~= 'record' then
  if redis.call('HEXISTS', KEYS[1], name) == 0 then return 0 end
  name = name .. ':' .. ARGV[2]
end
if redis.call('HSETNX', KEYS[1], name, ARGV[3]) == 0 then return redis.call('HGET', KEYS[1], name) == ARGV[3] and 1 or 0 end
chained(KEYS[2], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[7]) end
return 1
