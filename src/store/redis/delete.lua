-- KEYS: the session's record.
-- ARGV: the session's key, what the names of all users' sets begin with.
-- Gives how many were deleted.
local user = redis.call('HGET', KEYS[1], 'user')
if user then
  redis.call('ZREM', ARGV[2] .. user, ARGV[1])
  tidy(ARGV[2] .. user)
end
return redis.call('DEL', KEYS[1])
