--- Two documents side by side, in a tab of their own.
local server = require('alphacode.server')

local M = {}

--- @param left string URI
--- @param right string URI
--- @param source string? URI of the one document that may be edited
function M.open(left, right, source)
  vim.cmd('tab split')
  for _, uri in ipairs({ left, right }) do
    if uri ~= left then
      vim.cmd('rightbelow vertical split')
    end
    vim.cmd.buffer(vim.uri_to_bufnr(uri))
    vim.cmd.diffthis()
    if uri ~= source then
      vim.bo.modifiable, vim.bo.buflisted = false, false
      vim.keymap.set('n', 'q', vim.cmd.tabclose, { buffer = true, desc = 'Close the comparison' })
    end
  end
end

--- The program of a buffer's problem beside a candidate.
--- @param buffer integer
--- @param candidate table
--- @param target string? URI of the program, where there is just one
function M.with_candidate(buffer, candidate, target)
  if not target then
    return server.say('open the one program that the candidate is to be compared with first')
  end
  local argument = vim.tbl_extend('error', server.id(candidate), { uri = target, show = false })
  server.ask(buffer, 'previewCandidate', argument, function(answer)
    if answer.uri then
      M.open(target, answer.uri, target)
    end
  end)
end

return M
