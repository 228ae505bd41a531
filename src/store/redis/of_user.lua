-- KEYS: the user's set.
-- ARGV: the user, what the names of all records begin with.
-- Gives a list for each session: its key, user, expires, revision, value.
local all = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local found = read(ARGV[2] .. key)
  local is_there = found[1] or redis.call('EXISTS', ARGV[2] .. key) == 1
  if is_there and (not found[1] or found[1] == ARGV[1]) then
    all[#all + 1] = {key, found[1], found[2], found[3], found[4]}
  else
    -- A server that takes no writes is still to be read.
    redis.pcall('ZREM', KEYS[1], key)
  end
end
return all
