-- Write what was counted of some sessions, if nobody has counted on meanwhile: the place in the feed of changes moves
-- together with what was read up to it. What is written is made of the record and can be made again.
-- KEYS  at hash...     ARGV  before after then for each hash: count field value field value ...
-- Answer: 1 written; 0 somebody was first.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
local position = 3
for i = 2, #KEYS do
  local count = tonumber(ARGV[position])
  for at = position + 1, position + 2 * count, 2 do redis.call('HSET', KEYS[i], ARGV[at], ARGV[at + 1]) end
  position = position + 2 * count + 1
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
