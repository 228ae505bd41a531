-- KEYS: the counter.
-- ARGV: now, when a new counter ends, when it is forgotten.
-- Gives the new count.
local found = redis.call('HMGET', KEYS[1], 'count', 'expires')
if found[1] and tonumber(found[2]) > tonumber(ARGV[1]) then
  local count = string.format('%.0f', found[1] + 1)
  redis.call('HSET', KEYS[1], 'count', count)
  return tonumber(count)
end
redis.call('HSET', KEYS[1], 'count', 1, 'expires', ARGV[2])
redis.call('EXPIREAT', KEYS[1], ARGV[3])
return 1
