-- Before each of the other scripts.

-- A user's set holds keys of sessions by when the engine forgets them. Forgets
-- those it has forgotten already, and lives as long as the last of what is left.
local function tidy(set)
  local now = redis.call('TIME')[1]
  redis.call('ZREMRANGEBYSCORE', set, '-inf', '(' .. now)
  local last = redis.call('ZRANGE', set, -1, -1, 'WITHSCORES')[2]
  if last then
    redis.call('EXPIREAT', set, last)
  end
end

local function read(record)
  return redis.call('HMGET', record, 'user', 'expires', 'revision', 'value')
end

-- Whether it is what these arguments would make of it.
local function is_as_asked(found)
  return found[1] == ARGV[2] and found[2] == ARGV[3]
    and found[3] == ARGV[4] and found[4] == ARGV[5]
end

-- The set comes first: if it is none, nothing has been written yet.
local function write()
  redis.call('ZADD', KEYS[2], ARGV[6], ARGV[1])
  redis.call('HSET', KEYS[1], 'user', ARGV[2], 'expires', ARGV[3],
    'revision', ARGV[4], 'value', ARGV[5])
  redis.call('EXPIREAT', KEYS[1], ARGV[6])
end

