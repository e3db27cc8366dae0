-- Write a scheduled session with its indexes. `longest` is how far back a search for overlaps must look.
-- KEYS  session sessions longest [series]     ARGV  id starts ends record title
redis.call('HSET', KEYS[1], 'record', ARGV[4], 'title', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
local length = tonumber(ARGV[3]) - tonumber(ARGV[2])
if length > tonumber(redis.call('GET', KEYS[3]) or '0') then redis.call('SET', KEYS[3], string.format('%.0f', length)) end
if KEYS[4] then redis.call('ZADD', KEYS[4], ARGV[2], ARGV[1]) end
return 1
