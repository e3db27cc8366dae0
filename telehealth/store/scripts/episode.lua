-- Add versions of episodes of one client, all or none, if the client's history is still as long as the decision found it;
-- with them, in one step, the audit entries, whether the client is enrolled, and the caseloads that change.
-- KEYS  history audit latest enrolled outlines, then caseloads to join, then those to leave
-- ARGV  op seen actor action client at enrolled(1/0) outline versions joined, then episode record for each version, then
--       the member of staff of each caseload.   Answer: 1 it stands so now; 0 somebody else was first.
local op, seen, actor, client, at = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[5], ARGV[6]
local versions, joined = tonumber(ARGV[9]), tonumber(ARGV[10])
if redis.call('XLEN', KEYS[1]) ~= seen then
  local entry = redis.call('XRANGE', KEYS[1], (seen + 1) .. '-0', (seen + 1) .. '-0')[1]
  if entry and entry[2][1] == 'op' and entry[2][2] == op then return 1 end
  return 0
end
for i = 1, versions do
  local episode, record = ARGV[9 + 2 * i], ARGV[10 + 2 * i]
  redis.call('XADD', KEYS[1], (seen + i) .. '-0', 'op', op, 'record', record)
  chained(KEYS[2], 'actor', actor, 'action', ARGV[4], 'subject', client .. ' ' .. episode, 'at', at)
end
redis.call(ARGV[7] == '1' and 'SADD' or 'SREM', KEYS[4], client)
redis.call('HSET', KEYS[5], client, ARGV[8])
for i = 6, #KEYS do
  local staff, begins = ARGV[5 + 2 * versions + i], i < 6 + joined
  if redis.call(begins and 'SADD' or 'SREM', KEYS[i], client) == 1 then
    local action = begins and 'caseload.begun' or 'caseload.ended'
    chained(KEYS[2], 'actor', actor, 'action', action, 'subject', staff .. ' ' .. client)
  end
end
if tonumber(at) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], at) end
return 1
