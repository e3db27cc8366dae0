-- Append events to a room's log if it is still at the version that they were decided on; with them, all or nothing:
-- the set of open rooms, the audit entry, the latest time, and at the end the final attendance rows with their months.
-- A repeated operation gets its first answer. Nothing here can fail half-way: every check stands before the first write.
-- The last entry must also still be the one that the new entries' chain begins at. If it is not, somebody has changed the
-- log past this server: nothing is appended, and the audit log says so.
-- A session that was cancelled meanwhile (plan.lua) is not opened any more.
-- Answers {outcome, version}: 0 the log has grown, 1 written, 2 the chain is broken, 3 a repeat, 4 cancelled.
-- KEYS  log ops ring open audit latest changes tools tool_news month_stream where months months_of_client...
-- ARGV  op version session actor action at opened ended month events rows before head
--       then for each event, and after them for each row:  count field value field value ...
local log, ops, ring, open, audit, latest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local op, version, session = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local first = redis.call('HGET', ops, op)
if first then return {3, tonumber(first)} end

local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)
local at_version = last[1] and tonumber(string.match(last[1][1], '^%d+')) or 0
if version == 0 and redis.call('HEXISTS', ops, ' cancelled') == 1 then return {4, 0} end
if at_version ~= version or (last[1] and ARGV[12] == '') then return {0, at_version} end
if last[1] then
  local fields = last[1][2]
  for i = 1, #fields, 2 do
    if fields[i] == 'hash' and fields[i + 1] ~= ARGV[12] then
      chained(audit, 'actor', 'system', 'action', 'chain.broken', 'subject', session, 'at', ARGV[6], 'version', version)
      return {2, at_version}
    end
  end
end

local position = 14
local function entry()
  local count = tonumber(ARGV[position])
  local fields = {}
  for i = 1, count do fields[i] = ARGV[position + i] end
  position = position + count + 1
  return fields
end

for _ = 1, tonumber(ARGV[10]) do
  version = version + 1
  redis.call('XADD', log, version .. '-0', unpack(entry()))
end
redis.call('HSET', ops, op, version)
chained(audit, 'actor', ARGV[4], 'action', ARGV[5], 'subject', session, 'at', ARGV[6], 'version', version, 'head', ARGV[13])
if tonumber(ARGV[6]) > tonumber(redis.call('GET', latest) or '0') then redis.call('SET', latest, ARGV[6]) end
if ARGV[7] == '1' then
  redis.call('SADD', open, session)
  redis.call('XADD', KEYS[7], '*', 'session', session, 'client', '', 'why', 'session.opened')
end
if ARGV[8] == '1' then
  redis.call('SREM', open, session)
  redis.call('DEL', ring, KEYS[8], KEYS[9]) -- what passes, and the states of tools
  redis.call('EXPIRE', ops, 86400) -- answers to repeats, not record
end

local rows = tonumber(ARGV[11])
local from, to
for _ = 1, rows do
  to = redis.call('XADD', KEYS[10], '*', unpack(entry()))
  from = from or to
end
if rows > 0 then -- one stream for all months: whoever reads it in order misses nothing
  redis.call('HSET', KEYS[11], session, ARGV[9] .. ' ' .. from .. ' ' .. to)
  redis.call('XADD', KEYS[7], '*', 'session', session, 'client', '', 'why', 'session.closed')
end
if KEYS[12] then redis.call('SADD', KEYS[12], ARGV[9]) end
local number = string.gsub(ARGV[9], '-', '') -- a set of whole numbers takes a tenth of the memory
for i = 13, #KEYS do redis.call('SADD', KEYS[i], number) end
return {1, version}
