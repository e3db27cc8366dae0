-- Publish one version of a kind of agreement, with the audit entry in one step. What is there is never replaced.
-- 0: this version is there with other words, or the one before it is not the current one.
-- KEYS  agreements audit latest     ARGV  kind version record actor at
local name = ARGV[1] .. '/' .. ARGV[2]
local there = redis.call('HGET', KEYS[1], name)
if there then return there == ARGV[3] and 1 or 0 end
if tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':now') or '0') ~= tonumber(ARGV[2]) - 1 then return 0 end
redis.call('HSET', KEYS[1], name, ARGV[3], ARGV[1] .. ':now', ARGV[2], ARGV[1], ARGV[3])
chained(KEYS[2], 'actor', ARGV[4], 'action', 'agreement.published', 'subject', name, 'at', ARGV[5])
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], ARGV[5]) end
return 1
