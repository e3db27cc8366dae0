-- Put a person into somebody's caseload (or under their supervision), or take them out, with the audit entry.
-- KEYS  people audit     ARGV  in(1/0) person actor action subject     Answer: whether anything changed.
if redis.call(ARGV[1] == '1' and 'SADD' or 'SREM', KEYS[1], ARGV[2]) == 0 then return 0 end
chained(KEYS[2], 'actor', ARGV[3], 'action', ARGV[4], 'subject', ARGV[5])
return 1
