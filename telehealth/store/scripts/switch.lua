-- Put what was staged in its place, all of it or nothing, if what it rests on is still so; with one audit entry.
-- The plan says of each name: `new` (nothing may stand there), `rev:N` (the group there is at revision N), `sum` (a set,
-- to be added to), `fields` (a hash, to be added to). Staged keys lie under the prefix, and would be dropped after an hour.
-- KEYS  plan op audit latest clients staff people_changes     ARGV  prefix clients staff actor subject at
-- Answer: 1 it is done, also to a repeat; 0 something has changed since it was judged.
if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
if redis.call('SCARD', KEYS[5]) ~= tonumber(ARGV[2]) or redis.call('SCARD', KEYS[6]) ~= tonumber(ARGV[3]) then return 0 end
local plan, prefix = redis.call('HGETALL', KEYS[1]), ARGV[1]
if #plan == 0 then return 0 end
for i = 1, #plan, 2 do
  local name, what = plan[i], plan[i + 1]
  if what == 'new' and redis.call('EXISTS', name) == 1 then return 0 end
  if redis.call('EXISTS', prefix .. name) == 0 then return 0 end
  local revision = string.match(what, '^rev:(%d+)$')
  if revision and redis.call('HGET', name, 'revision') ~= revision then return 0 end
end
for i = 1, #plan, 2 do
  local name, what = plan[i], plan[i + 1]
  if what == 'sum' then
    redis.call('SUNIONSTORE', name, name, prefix .. name)
    redis.call('DEL', prefix .. name)
  elseif what == 'fields' then
    local fields = redis.call('HGETALL', prefix .. name)
    for j = 1, #fields, 2 do redis.call('HSET', name, fields[j], fields[j + 1]) end
    redis.call('DEL', prefix .. name)
  else
    redis.call('RENAME', prefix .. name, name)
    redis.call('PERSIST', name)
  end
end
redis.call('SET', KEYS[2], 1, 'EX', 3600)
redis.call('DEL', KEYS[1])
redis.call('INCR', KEYS[7])
chained(KEYS[3], 'actor', ARGV[4], 'action', 'import.done', 'subject', ARGV[5], 'at', ARGV[6])
if tonumber(ARGV[6]) > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], ARGV[6]) end
return 1
