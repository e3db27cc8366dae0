-- Add versions and signatures to a plan, all or none, each with its audit entry. 0: one of them is there already.
-- KEYS  plan audit latest     ARGV  actor at, then for each: action subject field record
for i = 3, #ARGV, 4 do
  if redis.call('HEXISTS', KEYS[1], ARGV[i + 2]) == 1 then return 0 end
end
for i = 3, #ARGV, 4 do
  redis.call('HSET', KEYS[1], ARGV[i + 2], ARGV[i + 3])
  chained(KEYS[2], 'actor', ARGV[1], 'action', ARGV[i], 'subject', ARGV[i + 1], 'at', ARGV[2])
end
if tonumber(ARGV[2]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[2]) end
return 1
