-- Record a goal of a client's treatment plan, or that it is closed, with the audit entry in one step. What is there is
-- never replaced: a repeat, or a second close, changes nothing. 0 if there is nothing to close.
-- KEYS  goals audit latest     ARGV  id field value actor action subject at
if ARGV[2] == 'closed' then
  if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
  if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':closed', ARGV[3]) == 0 then return 1 end
elseif redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 0 then
  return 1
end
chained(KEYS[2], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[7]) end
return 1
