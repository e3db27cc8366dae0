-- Write a new revision of one or several sections of a note, all or none, if each is still at the revision that the
-- writer saw; with them the audit entries, the clients' lists of notes, what waits for a co-signature, and the change
-- for whoever follows. Revisions are only ever added: a repeated operation is known by its own, however late it comes.
-- 1: written; 2: this very operation wrote them before; 0: somebody else was first.
-- KEYS  sections audit latest changes waiting, then for each section: current revisions notes_of_client
-- ARGV  op actor action session at count, then for each section:
--       if_revision section client told waits overridden count field value field value ...
-- `told` is 1 if the rows of the session say something else now; `waits` is + or - or nothing.
local op, actor, action, session, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local function wrote(key, revision)
  local entry = redis.call('XRANGE', key, revision .. '-0', revision .. '-0')[1]
  if not entry then return false end
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'op' then return entry[2][i + 1] == op end
  end
  return false
end

local sections, position, fresh, before = {}, 7, 0, 0
for number = 1, tonumber(ARGV[6]) do
  local one = {current = KEYS[3 * number + 3], revisions = KEYS[3 * number + 4], of_client = KEYS[3 * number + 5]}
  one.seen, one.name, one.client = tonumber(ARGV[position]), ARGV[position + 1], ARGV[position + 2]
  one.told, one.waits, one.overridden = ARGV[position + 3], ARGV[position + 4], ARGV[position + 5]
  one.fields = {'revision', one.seen + 1, 'op', op}
  local count = tonumber(ARGV[position + 6])
  for i = position + 7, position + 6 + count do one.fields[#one.fields + 1] = ARGV[i] end
  position = position + 7 + count
  sections[number] = one
  if tonumber(redis.call('HGET', one.current, 'revision') or '0') == one.seen then fresh = fresh + 1 end
  if wrote(one.revisions, one.seen + 1) then before = before + 1 end
end
if before == #sections then return 2 end
if fresh < #sections then return 0 end

for _, one in ipairs(sections) do
  local subject, version = session .. '/' .. one.name, one.seen + 1
  redis.call('XADD', one.revisions, version .. '-0', unpack(one.fields))
  redis.call('DEL', one.current)
  redis.call('HSET', one.current, unpack(one.fields))
  redis.call('SADD', KEYS[1], one.name)
  if one.client ~= '' then redis.call('ZADD', one.of_client, 'NX', at, session) end
  if one.waits == '+' then redis.call('ZADD', KEYS[5], at, session .. ' ' .. one.name) end
  if one.waits == '-' then redis.call('ZREM', KEYS[5], session .. ' ' .. one.name) end
  if one.overridden == '1' then
    chained(KEYS[2], 'actor', actor, 'action', 'note.overridden', 'subject', subject, 'at', at, 'version', version)
  end
  chained(KEYS[2], 'actor', actor, 'action', action, 'subject', subject, 'at', at, 'version', version)
  if one.told == '1' then
    redis.call('XADD', KEYS[4], '*', 'session', session, 'client', one.client, 'why', 'note.signed')
  end
end
if tonumber(at) > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], at) end
return 1
