--- Two documents side by side, in a tab of their own.
local M = {}

--- @param left string URI
--- @param right string URI
--- @param source string URI of the one document that may be edited
function M.open(left, right, source)
  vim.cmd('tab split')
  for _, uri in ipairs({ left, right }) do
    local buffer = vim.uri_to_bufnr(uri)
    if uri ~= left then
      vim.cmd('rightbelow vertical split')
    end
    vim.cmd.buffer(buffer)
    vim.cmd.diffthis()
    if uri ~= source then
      vim.bo.modifiable, vim.bo.buflisted = false, false
      vim.keymap.set('n', 'q', vim.cmd.tabclose, { buffer = true, desc = 'Close the comparison' })
    end
  end
end

return M
