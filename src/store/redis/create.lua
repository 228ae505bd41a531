-- KEYS: the session's record, the user's set.
-- ARGV: the session's key, user, expires, revision, value, when it is forgotten.
-- Gives 1 if it was done, 2 if it is there just as asked, 0 if another is.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return is_as_asked(read(KEYS[1])) and 2 or 0
end
write()
tidy(KEYS[2])
return 1
