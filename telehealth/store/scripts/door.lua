-- Change how a client gets into their own page, with the audit entry in one step. `first` sets only what is not there, `set`
-- sets, `drop` takes one field away, `reset` all of them. 0 if there was nothing to do.
-- KEYS  door audit latest     ARGV  how field value actor action subject at
if ARGV[1] == 'first' then
  if redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) == 0 then return redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[3] and 1 or 0 end
elseif ARGV[1] == 'set' then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
elseif ARGV[1] == 'drop' then
  if redis.call('HDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
else
  redis.call('DEL', KEYS[1])
end
chained(KEYS[2], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[7]) end
return 1
