-- Put the record of a material, with the audit entry, if its revision is still the one that was looked at (0: it is new).
-- The pieces of a new one run out by themselves unless they are kept here: 0 if one has run out already.
-- KEYS  materials audit latest piece...     ARGV  id sealed if_revision action actor at
local now = tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':revision') or '0')
if now ~= tonumber(ARGV[3]) then return 0 end
for place = 4, #KEYS do
  if redis.call('PERSIST', KEYS[place]) == 0 then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[1] .. ':revision', now + 1)
chained(KEYS[2], 'actor', ARGV[5], 'action', ARGV[4], 'subject', ARGV[1], 'at', ARGV[6])
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[6]) end
return 1
