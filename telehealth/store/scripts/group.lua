-- Write a group with its members if nobody was faster, with the audit entry. A repeat of the same write is answered alike.
-- KEYS  group groups audit latest groups_of_client...
-- ARGV  revision id record title members digest actor action subject at
local current = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if current ~= tonumber(ARGV[1]) then
  local repeated = current == tonumber(ARGV[1]) + 1 and redis.call('HGET', KEYS[1], 'digest') == ARGV[6]
  return repeated and 1 or 0
end
redis.call('HSET', KEYS[1], 'revision', current + 1, 'record', ARGV[3], 'title', ARGV[4], 'members', ARGV[5],
  'digest', ARGV[6])
redis.call('SADD', KEYS[2], ARGV[2])
for i = 5, #KEYS do redis.call('SADD', KEYS[i], ARGV[2]) end
chained(KEYS[3], 'actor', ARGV[7], 'action', ARGV[8], 'subject', ARGV[9], 'at', ARGV[10])
if tonumber(ARGV[10]) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], ARGV[10]) end
return 1
