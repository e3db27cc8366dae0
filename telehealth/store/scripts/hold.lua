-- Keep a legal hold, or that it is released, with the audit entry in one step. What is there is never replaced.
-- KEYS  holds audit latest     ARGV  id field value actor action subject at     Answer: 0 if there is nothing to release.
local name = ARGV[1]
if ARGV[2] == 'released' then
  if redis.call('HEXISTS', KEYS[1], name) == 0 then return 0 end
  name = name .. ':released'
end
if redis.call('HSETNX', KEYS[1], name, ARGV[3]) == 0 then return 1 end
chained(KEYS[2], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[7]) end
return 1
