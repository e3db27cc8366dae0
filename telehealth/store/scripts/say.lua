-- Keep what a person said of attendance beside the rows, if nobody has said anything since it was decided: with it, in
-- one step, the set of sessions of which something was said, the audit entry, and the change for those who follow.
-- Entries are <number>-0 and only ever added. A repeated operation changes nothing. The last entry must also still have
-- the link that was read: a rotation of keys links the stream anew.
-- KEYS  said op sessions audit latest changes     ARGV  number session client actor action at last field value ...
-- Answer: 1 written; 0 somebody was first.
if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
local number = redis.call('XLEN', KEYS[1])
if number ~= tonumber(ARGV[1]) then return 0 end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
for i = 1, last and #last[2] or 0, 2 do
  if last[2][i] == 'hash' and last[2][i + 1] ~= ARGV[7] then return 0 end
end
redis.call('SET', KEYS[2], 1, 'EX', 3600)
local fields = {}
for i = 8, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('XADD', KEYS[1], (number + 1) .. '-0', unpack(fields))
redis.call('SADD', KEYS[3], ARGV[2])
chained(KEYS[4], 'actor', ARGV[4], 'action', ARGV[5], 'subject', ARGV[2], 'at', ARGV[6], 'version', number + 1)
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[5]) or '0') then redis.call('SET', KEYS[5], ARGV[6]) end
redis.call('XADD', KEYS[6], '*', 'session', ARGV[2], 'client', ARGV[3], 'why', 'attendance.changed')
return 1
