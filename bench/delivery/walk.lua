-- wrk -s walk.lua URL -- LIST START: asks for the paths in the file LIST, one a line, from line START on and round again.
-- Prints one line of JSON at the end. For one thread (-t1).
local requests, last = {}, 0

function init(arguments)
   for path in io.lines(arguments[1]) do
      requests[#requests + 1] = wrk.format("GET", path)
   end
   last = tonumber(arguments[2]) % #requests
end

function request()
   last = last % #requests + 1
   return requests[last]
end

function done(summary, latency)
   local errors, seconds = summary.errors, summary.duration / 1e6
   io.write(string.format(
      '{"answers": %d, "rate": %.2f, "p50": %.3f, "p99": %.3f, "bytes": %d, "refused": %d, "broken": %d}\n',
      summary.requests, summary.requests / seconds, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
      summary.bytes, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
