-- The chain of the audit log, put before every script that says `chained(`: the entry that is added carries SHA-256 of the
-- entry before it and of itself, in the form of core/chain.py, so `telehealth verify` can follow it (core/audit_chain.py).
-- SHA-256 is written out here because Redis gives scripts only SHA-1; an entry takes about 0.13 ms.
local band, bxor, ror, rshift, tobit = bit.band, bit.bxor, bit.ror, bit.rshift, bit.tobit
local ROUND = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
}

local function sha256(text)
  local size = #text
  text = text .. '\128' .. string.rep('\0', (55 - size) % 64)
    .. struct.pack('>I4I4', math.floor(size / 0x20000000), size * 8 % 0x100000000)
  local h1, h2, h3, h4 = 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a
  local h5, h6, h7, h8 = 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  for at = 1, #text, 64 do
    local w = {struct.unpack('>I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4', text, at)}
    for i = 17, 64 do
      local x, y = w[i - 15], w[i - 2]
      w[i] = w[i - 16] + bxor(ror(x, 7), ror(x, 18), rshift(x, 3)) + w[i - 7] + bxor(ror(y, 17), ror(y, 19), rshift(y, 10))
    end
    local a, b, c, d, e, f, g, h = h1, h2, h3, h4, h5, h6, h7, h8
    for i = 1, 64 do
      local t = h + bxor(ror(e, 6), ror(e, 11), ror(e, 25)) + bxor(g, band(e, bxor(f, g))) + ROUND[i] + w[i]
      local u = bxor(ror(a, 2), ror(a, 13), ror(a, 22)) + bxor(band(a, b), band(c, bxor(a, b)))
      h, g, f, e, d, c, b, a = g, f, e, tobit(d + t), c, b, a, tobit(t + u)
    end
    h1, h2, h3, h4 = tobit(h1 + a), tobit(h2 + b), tobit(h3 + c), tobit(h4 + d)
    h5, h6, h7, h8 = tobit(h5 + e), tobit(h6 + f), tobit(h7 + g), tobit(h8 + h)
  end
  local hex = bit.tohex
  return hex(h1) .. hex(h2) .. hex(h3) .. hex(h4) .. hex(h5) .. hex(h6) .. hex(h7) .. hex(h8)
end

local function before(a, b) -- by bytes: `<` goes by the server's locale
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- Add an entry to the audit log, with its number and its link. The id, which is its time, is linked, too.
local function chained(stream, ...)
  local given = {...}
  local now, last = redis.call('TIME'), redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  local ms, seq, previous = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000), 0, string.rep('0', 64)
  if last then
    local last_ms, last_seq = string.match(last[1], '^(%d+)-(%d+)$')
    if ms <= tonumber(last_ms) then ms, seq = tonumber(last_ms), tonumber(last_seq) + 1 end
    for i = 1, #last[2], 2 do
      if last[2][i] == 'hash' then previous = last[2][i + 1] end
    end
  end
  local id = string.format('%.0f-%.0f', ms, seq)
  given[#given + 1] = 'n'
  given[#given + 1] = tostring(redis.call('XLEN', stream) + 1)
  local fields, names = {id = id}, {'id'}
  for i = 1, #given, 2 do
    fields[given[i]] = tostring(given[i + 1])
    names[#names + 1] = given[i]
  end
  table.sort(names, before)
  local text = {previous}
  for _, name in ipairs(names) do
    text[#text + 1] = #name .. ':' .. name .. ',' .. #fields[name] .. ':' .. fields[name] .. ','
  end
  given[#given + 1] = 'hash'
  given[#given + 1] = sha256(table.concat(text))
  redis.call('XADD', stream, id, unpack(given))
end

