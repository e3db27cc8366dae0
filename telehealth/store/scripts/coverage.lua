-- Record who pays for a client or at which level of care they are, or when that ended, with the audit entry in one step.
-- What is there is never replaced: a repeat, or a second end, changes nothing. 0 if there is nothing to end.
-- KEYS  history audit     ARGV  id field value actor action subject at
if ARGV[2] == 'ended' then
  if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
  if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':ended', ARGV[3]) == 0 then return 1 end
elseif redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 0 then
  return 1
end
chained(KEYS[2], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
return 1
