--- The language server as everything else here sees it: commands of docs/lsp.md, answers, and reasons why not.
local M = {}

--- @param text string
--- @param level integer? of vim.log.levels; a warning without it
function M.say(text, level)
  vim.notify('AlphaCode: ' .. text, level or vim.log.levels.WARN)
end

--- @param buffer integer? any buffer's client where it is nil
--- @return vim.lsp.Client?
function M.client(buffer)
  return vim.lsp.get_clients({ bufnr = buffer, name = 'alphacode' })[1]
end

--- Ask for a command. The server itself tells its user what cannot be done, so an answer may just hold no result.
--- @param buffer integer
--- @param command string without `alphacode.`
--- @param argument table
--- @param on_answer fun(answer: table)?
function M.ask(buffer, command, argument, on_answer)
  local client = M.client(buffer)
  if not client then
    return M.say('the language server is not running for this buffer; see :checkhealth alphacode')
  end
  client:request(
    'workspace/executeCommand',
    { command = 'alphacode.' .. command, arguments = { argument } },
    function(err, answer)
      if err then
        M.say(err.message, vim.log.levels.ERROR)
      elseif on_answer then
        on_answer(answer)
      end
    end,
    buffer
  )
end

--- The answer itself, for what cannot wait; nil where there is none in time.
--- @param client vim.lsp.Client
--- @param command string
--- @param argument table
--- @param timeout_ms integer
--- @return table?
function M.ask_now(client, command, argument, timeout_ms)
  local params = { command = 'alphacode.' .. command, arguments = { argument } }
  local reply = client:request_sync('workspace/executeCommand', params, timeout_ms)
  return reply and reply.result
end

--- Which program is meant, whatever its rank becomes.
--- @param candidate table
--- @return table
function M.id(candidate)
  return { rank = candidate.rank, job = candidate.job, sha256 = candidate.sha256 }
end

--- The candidates of a buffer's problem, each with the job it is from.
--- @param buffer integer
--- @param on_answer fun(answer: table)
function M.candidates(buffer, on_answer)
  M.ask(buffer, 'candidates', { uri = vim.uri_from_bufnr(buffer) }, function(answer)
    for _, candidate in ipairs(answer.candidates) do
      candidate.job = answer.job
    end
    on_answer(answer)
  end)
end

return M
