-- Set a time in a record that exists: `keep` leaves an earlier stamp as it is. 0 if there is no such record.
-- KEYS  record     ARGV  field at keep
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call(ARGV[3] == '1' and 'HSETNX' or 'HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
