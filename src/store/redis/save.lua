-- KEYS: the session's record, the user's set.
-- ARGV: as for `create`, with the revision to be, then the one to be found, and
-- what the names of all users' sets begin with.
-- Gives 1 if it was done, 2 if it is there just as asked, 0 if it is not as found.
local found = read(KEYS[1])
if found[3] ~= ARGV[7] then
  return is_as_asked(found) and 2 or 0
end
write()
if found[1] and found[1] ~= ARGV[2] then
  redis.call('ZREM', ARGV[8] .. found[1], ARGV[1])
end
tidy(KEYS[2])
return 1
