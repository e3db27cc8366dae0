-- Keep a signature, with the consent that it makes, the version by which exports notice, and the audit entry: all in one
-- step, so that nobody has signed what does not count, and nothing counts that nobody signed. A repeat changes nothing.
-- 0: the offer that was accepted is answered or withdrawn.
-- KEYS  signed offers consents basis audit latest     ARGV  id record offer consent actor subject at
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 1 end
if ARGV[3] ~= '' then
  if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then return 0 end
  if redis.call('HSETNX', KEYS[2], ARGV[3] .. ':done', ARGV[7]) == 0 then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[4] ~= '' then
  redis.call('HSETNX', KEYS[3], ARGV[1], ARGV[4])
  redis.call('INCR', KEYS[4])
end
chained(KEYS[5], 'actor', ARGV[5], 'action', 'agreement.signed', 'subject', ARGV[6], 'at', ARGV[7])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[6]) or '0') then redis.call('SET', KEYS[6], ARGV[7]) end
return 1
