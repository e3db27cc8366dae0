-- Write down what medical personnel were told in an emergency: the sealed record, its row in the client's disclosure
-- ledger and the audit entry, all or nothing. What is there is never replaced: a repeat changes nothing.
-- KEYS  emergencies ledger audit latest columns
-- ARGV  id record actor action subject recorded | recipient purpose profile from to name columns told_at basis
-- Answer: 1 written; 0 there was one.
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
chained(KEYS[3], 'actor', ARGV[3], 'action', ARGV[4], 'subject', ARGV[5], 'at', ARGV[6])
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], ARGV[6]) end
redis.call('HSETNX', KEYS[5], ARGV[12], ARGV[13])
redis.call('XADD', KEYS[2], '*', 'at', ARGV[14], 'export', ARGV[1], 'recipient', ARGV[7], 'purpose', ARGV[8],
  'profile', ARGV[9], 'from', ARGV[10], 'to', ARGV[11], 'columns', ARGV[12], 'actor', ARGV[3], 'basis', ARGV[15])
return 1
