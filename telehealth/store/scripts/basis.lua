-- Add a basis of disclosure or revoke one; with it, in one step, the version by which exports notice, and the audit entry.
-- What is there is never replaced: a repeat, or a second revocation, changes nothing. 0 if there is nothing to revoke.
-- KEYS  records version audit     ARGV  id field value actor action subject at
if ARGV[2] == 'revoked' then
  if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
  if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':revoked', ARGV[3]) == 0 then return 1 end
elseif redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 0 then
  return 1
end
redis.call('INCR', KEYS[2])
chained(KEYS[3], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
return 1
