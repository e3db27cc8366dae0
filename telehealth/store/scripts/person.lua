-- Replace a person's record, if it is still at the revision that the change was made from; with it, in one step, the event
-- in the person's own log, the audit entry, and the sets in which they are found.
-- KEYS  person log audit latest changes, then sets to join, then sets to leave
-- ARGV  op seen actor action person at joined change record field value field value ...
-- Answer: the revision that it has now, also to a repeat of the operation; 0 if somebody else was first.
local op, seen, id, at, joined = ARGV[1], tonumber(ARGV[2]), ARGV[5], ARGV[6], tonumber(ARGV[7])
local following = seen + 1
local now = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if now ~= seen then
  local entry = redis.call('XRANGE', KEYS[2], following .. '-0', following .. '-0')[1]
  if entry and entry[2][1] == 'op' and entry[2][2] == op then return following end
  return 0
end
redis.call('XADD', KEYS[2], following .. '-0', 'op', op, 'change', ARGV[8], 'person', ARGV[9])
local fields = {'revision', following}
for i = 10, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[1], unpack(fields))
for i = 6, 5 + joined do redis.call('SADD', KEYS[i], id) end
for i = 6 + joined, #KEYS do redis.call('SREM', KEYS[i], id) end
redis.call('INCR', KEYS[5])
chained(KEYS[3], 'actor', ARGV[3], 'action', ARGV[4], 'subject', id, 'at', at, 'version', following)
if tonumber(at) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], at) end
return following
