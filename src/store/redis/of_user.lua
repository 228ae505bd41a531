-- KEYS: the user's set.
-- ARGV: the user, what the names of all records begin with, how many are listed at most.
-- Gives a list for each session: its key, user, expires, revision, value.
local all, limit = {}, tonumber(ARGV[3])
-- The set may still hold what the server has forgotten since the last write.
local now = redis.call('TIME')[1]
-- How many members to skip, and how many more to look at.
local from, left = 0, limit + 1000
while #all < limit and left > 0 do
  local keys = redis.call('ZRANGE', KEYS[1], now, '+inf', 'BYSCORE',
    'LIMIT', from, math.min(left, 100))
  if #keys == 0 then
    break
  end
  left = left - #keys
  for _, key in ipairs(keys) do
    if #all == limit then
      break
    end
    local found = read(ARGV[2] .. key)
    local is_there = found[1] or redis.call('EXISTS', ARGV[2] .. key) == 1
    if is_there and (not found[1] or found[1] == ARGV[1]) then
      all[#all + 1] = {key, found[1], found[2], found[3], found[4]}
      from = from + 1
    -- A server that takes no writes is still to be read.
    elseif redis.pcall('ZREM', KEYS[1], key) ~= 1 then
      from = from + 1
    end
  end
end
return all
