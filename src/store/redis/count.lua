-- KEYS: the counter.
-- ARGV: what to add, now, when a new counter ends, when it is forgotten.
-- Gives the new count.
local found = redis.call('HMGET', KEYS[1], 'count', 'expires')
local is_live = found[1] and tonumber(found[2]) > tonumber(ARGV[2])
local count = (is_live and found[1] or 0) + ARGV[1]
if count <= 0 then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('HSET', KEYS[1], 'count', string.format('%.0f', count))
if not is_live then
  redis.call('HSET', KEYS[1], 'expires', ARGV[3])
  redis.call('EXPIREAT', KEYS[1], ARGV[4])
end
return count
