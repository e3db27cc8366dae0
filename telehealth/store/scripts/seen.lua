-- Last proofs of life of members, and the programme's latest time: never backwards.
-- KEYS  seen latest     ARGV  member at member at ...
local newest = tonumber(redis.call('GET', KEYS[2]) or '0')
local before = newest
for i = 1, #ARGV, 2 do
  local at = tonumber(ARGV[i + 1])
  if at > tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0') then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  if at > newest then newest = at end
end
if newest > before then redis.call('SET', KEYS[2], string.format('%.0f', newest)) end
return 1
