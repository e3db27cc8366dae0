-- Write a tool's state in an open room if it is still at the version that the move was made on, tell the other nodes, and
-- write what goes into people's own records; all or nothing. A repeated operation gets its first answer.
-- Answers: the new version; 0 if the state has moved on; -1 if the room is not open.
-- KEYS  open tools news ops latest [made] kept...
-- ARGV  session tool op version sealed at record (what stays of it, or empty)   then for each of kept:  field value
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then return -1 end
local name = 'tool:' .. ARGV[3]
local first = redis.call('HGET', KEYS[4], name)
if first then return tonumber(first) end
local version = tonumber(redis.call('HGET', KEYS[2], ARGV[2] .. '.version') or '0')
if version ~= tonumber(ARGV[4]) then return 0 end
version = version + 1
redis.call('HSET', KEYS[2], ARGV[2], ARGV[5], ARGV[2] .. '.version', version)
redis.call('XADD', KEYS[3], 'MAXLEN', 16, '*', 'tool', ARGV[2], 'version', version, 'body', ARGV[5])
redis.call('HSET', KEYS[4], name, version)
local next_key = 6
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[6], ARGV[2], ARGV[7])
  next_key = 7
end
for i = next_key, #KEYS do
  local at = 8 + 2 * (i - next_key)
  redis.call('HSET', KEYS[i], ARGV[at], ARGV[at + 1])
end
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[5]) or '0') then redis.call('SET', KEYS[5], ARGV[6]) end
return version
