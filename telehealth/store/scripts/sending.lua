-- Move a sending on, if it still stands where the decision found it: with it, in one step, when it is due next and the
-- audit entry. Two nodes that decide at once write different bytes, so one of them is first; a repeat changes nothing.
-- KEYS  sendings due audit latest
-- ARGV  id before after next session actor action at [record]
-- `before` is empty for a new one, and only a new one brings its `record`; `next` is empty when nothing is due any more;
-- `action` is empty for what is not told to the audit log (a claim).  Answer: 1 it stands so now; 0 somebody was first.
local now = redis.call('HGET', KEYS[1], ARGV[1] .. ':now')
if now == ARGV[3] then return 1 end
if (now or '') ~= ARGV[2] then return 0 end
local place = ARGV[5] .. ' ' .. ARGV[1]
if ARGV[9] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[9]) end
redis.call('HSET', KEYS[1], ARGV[1] .. ':now', ARGV[3])
if ARGV[4] == '' then redis.call('ZREM', KEYS[2], place) else redis.call('ZADD', KEYS[2], ARGV[4], place) end
if ARGV[7] ~= '' then
  chained(KEYS[3], 'actor', ARGV[6], 'action', ARGV[7], 'subject', place, 'at', ARGV[8])
end
if tonumber(ARGV[8]) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], ARGV[8]) end
return 1
