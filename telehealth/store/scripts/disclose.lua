-- Write down a disclosure before it is made: the audit entry and one ledger row a client, all or nothing, and only if
-- no basis was added or revoked since they were judged. A repeated operation changes nothing.
-- An export in pages (`run` > 0) has one row a client and basis: `told` remembers whom, for `run` seconds from its first
-- page. What was told is kept once for all rows that have it (`columns`), since a list of columns is longer than a row.
-- KEYS  version op audit latest columns told ledger...
-- ARGV  version actor action subject at run | export recipient purpose profile from to name columns
--       | basis of each ledger's client...
-- Answer: 1 written; 0 judge again.
if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], 1, 'EX', 3600)
chained(KEYS[3], 'actor', ARGV[2], 'action', ARGV[3], 'subject', ARGV[4], 'at', ARGV[5])
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], ARGV[5]) end
if ARGV[14] ~= '' then redis.call('HSETNX', KEYS[5], ARGV[13], ARGV[14]) end
local run = tonumber(ARGV[6])
for i = 7, #KEYS do
  local basis = ARGV[15 + i - 7]
  if run == 0 or redis.call('SADD', KEYS[6], KEYS[i] .. '|' .. basis) == 1 then
    redis.call('XADD', KEYS[i], '*', 'at', ARGV[5], 'export', ARGV[7], 'recipient', ARGV[8], 'purpose', ARGV[9],
      'profile', ARGV[10], 'from', ARGV[11], 'to', ARGV[12], 'columns', ARGV[13], 'actor', ARGV[2], 'basis', basis)
  end
end
if run > 0 then redis.call('EXPIRE', KEYS[6], run, 'NX') end
return 1
