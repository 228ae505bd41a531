-- KEYS: the user's set.
-- ARGV: the user, what the names of all records begin with.
-- Gives how many sessions were deleted.
local records = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local user = redis.call('HGET', ARGV[2] .. key, 'user')
  -- What says nobody's name cannot be read, and need not stay.
  if not user or user == ARGV[1] then
    records[#records + 1] = ARGV[2] .. key
  end
end
local count = 0
for _, record in ipairs(records) do
  count = count + redis.call('DEL', record)
end
redis.call('DEL', KEYS[1])
return count
