-- Revoke a signature and the consent of the same id, with the version by which exports notice and the audit entry, in one
-- step. A second revocation changes nothing. 0: there is no such signature.
-- KEYS  signed consents basis audit latest     ARGV  id actor subject at
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':revoked', ARGV[4]) == 0 then return 1 end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 and redis.call('HSETNX', KEYS[2], ARGV[1] .. ':revoked', ARGV[4]) == 1 then
  redis.call('INCR', KEYS[3])
end
chained(KEYS[4], 'actor', ARGV[2], 'action', 'agreement.revoked', 'subject', ARGV[3], 'at', ARGV[4])
if tonumber(ARGV[4]) > tonumber(redis.call('GET', KEYS[5]) or '0') then redis.call('SET', KEYS[5], ARGV[4]) end
return 1
