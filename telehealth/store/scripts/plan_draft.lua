-- Put the next revision of a plan's draft, if it is at the one that its writer saw, with an audit entry for each writer
-- and period: words come in every second. 0: somebody else was first.
-- KEYS  plan audit latest     ARGV  seen record actor client at period
if tonumber(redis.call('HGET', KEYS[1], 'revision') or '0') ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'revision', tonumber(ARGV[1]) + 1, 'draft', ARGV[2])
local writer, told = redis.call('HGET', KEYS[1], 'writer'), tonumber(redis.call('HGET', KEYS[1], 'told') or '0')
if writer ~= ARGV[3] or tonumber(ARGV[5]) - told >= tonumber(ARGV[6]) then
  redis.call('HSET', KEYS[1], 'writer', ARGV[3], 'told', ARGV[5])
  chained(KEYS[2], 'actor', ARGV[3], 'action', 'plan.written', 'subject', ARGV[4], 'at', ARGV[5])
end
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[5]) end
return 1
