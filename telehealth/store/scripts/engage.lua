-- Record an outreach, a certification, an order or a court's counter about a client, or that one was withdrawn, with the
-- audit entry in one step. What is there is never replaced: a repeat changes nothing. 0 if there is nothing to withdraw.
-- KEYS  records audit latest     ARGV  name value part sealed actor action subject at
local name, withdrawn = ARGV[1], ARGV[3] == 'withdrawn'
if withdrawn then
  if redis.call('HEXISTS', KEYS[1], name) == 0 then return 0 end
  if redis.call('HSETNX', KEYS[1], name .. ':withdrawn', ARGV[8]) == 0 then return 1 end
else
  if redis.call('HSETNX', KEYS[1], name, ARGV[2]) == 0 then return 1 end
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], name .. ':' .. ARGV[3], ARGV[4]) end
end
chained(KEYS[2], 'actor', ARGV[5], 'action', ARGV[6], 'subject', ARGV[7], 'at', ARGV[8])
if tonumber(ARGV[8]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[8]) end
return 1
