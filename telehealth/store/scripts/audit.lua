-- One audit entry for one operation, however often it is asked.
-- KEYS  audit op     ARGV  actor action subject
if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', 3600) then return 0 end
chained(KEYS[1], 'actor', ARGV[1], 'action', ARGV[2], 'subject', ARGV[3])
return 1
