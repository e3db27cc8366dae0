-- Offer a client a consent to sign, or withdraw it (`done`), with the audit entry in one step. A repeat changes nothing.
-- 0: there is nothing to withdraw, or it was answered.
-- KEYS  offers audit latest     ARGV  id field value actor action subject at
if ARGV[2] == 'done' then
  if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
  if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':done', ARGV[3]) == 0 then return redis.call('HGET', KEYS[1], ARGV[1] .. ':done') == ARGV[3] and 1 or 0 end
elseif redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 0 then
  return 1
end
chained(KEYS[2], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[7]) end
return 1
