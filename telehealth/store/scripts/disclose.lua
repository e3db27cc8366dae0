-- Write down a disclosure before it is made: the audit entry and one ledger row a client, all or nothing, and only if
-- no basis was added or revoked since they were judged. A repeated operation changes nothing.
-- KEYS  version op audit latest ledger...
-- ARGV  version actor action subject at | export recipient purpose profile from to | basis of each ledger's client...
-- Answer: 1 written; 0 judge again.
if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], 1, 'EX', 3600)
redis.call('XADD', KEYS[3], '*', 'actor', ARGV[2], 'action', ARGV[3], 'subject', ARGV[4], 'at', ARGV[5])
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], ARGV[5]) end
for i = 5, #KEYS do
  redis.call('XADD', KEYS[i], '*', 'at', ARGV[5], 'export', ARGV[6], 'recipient', ARGV[7], 'purpose', ARGV[8],
    'profile', ARGV[9], 'from', ARGV[10], 'to', ARGV[11], 'actor', ARGV[2], 'basis', ARGV[12 + i - 5])
end
return 1
