-- Write a new revision of a counselling note if the current one is still the one that its author saw, with its audit entry.
-- 1: written (also when this very operation wrote it before); 0: another page of theirs was first.
-- KEYS  current revisions notes audit latest    ARGV  if_revision op name actor action subject at field value ...
local current = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
local seen = tonumber(ARGV[1])
if current == seen + 1 and redis.call('HGET', KEYS[1], 'op') == ARGV[2] then return 1 end
if current ~= seen then return 0 end
local fields = {'revision', seen + 1, 'op', ARGV[2]}
for i = 8, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('XADD', KEYS[2], (seen + 1) .. '-0', unpack(fields))
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('SADD', KEYS[3], ARGV[3])
chained(KEYS[4], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[6], 'at', ARGV[7], 'version', seen + 1)
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[5]) or '0') then redis.call('SET', KEYS[5], ARGV[7]) end
return 1
