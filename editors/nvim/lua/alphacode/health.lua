--- `:checkhealth alphacode`: Neovim, the server's program, and all that the server's own doctor finds. No secrets.
local server = require('alphacode.server')

local M = {}

local DOCTOR_MS = 30000

function M.check()
  local health = vim.health
  health.start('alphacode: Neovim')
  if vim.fn.has('nvim-0.11') == 0 then
    return health.error('Neovim is older than 0.11', { 'Install Neovim 0.11 or later.' })
  end
  health.ok('Neovim ' .. tostring(vim.version()))
  local command = vim.lsp.config.alphacode.cmd
  local program = type(command) == 'table' and command[1]
  if program and vim.fn.executable(program) == 1 then
    health.ok('the language server is ' .. vim.fn.exepath(program))
  elseif program then
    health.error(('`%s` cannot be run'):format(program), {
      'Install it: pip install alphacode-lsp',
      "Where it is not on PATH: vim.lsp.config('alphacode', { cmd = { '/path/to/alphacode-lsp' } })",
    })
  end
  if not vim.lsp.is_enabled('alphacode') then
    health.warn('it is not enabled', { "Say vim.lsp.enable('alphacode') in your configuration." })
  end

  health.start('alphacode: what the server finds')
  local client = server.client()
  if not client then
    return health.info('the server is not running; open a program or its statement, and check again')
  end
  local answer = server.ask_now(client, 'doctor', { show = false }, DOCTOR_MS)
  if not answer then
    return health.error('the server does not answer', { 'See :AlphaCode log' })
  end
  for _, finding in ipairs(answer.findings) do
    local text = ('%s: %s'):format(finding.name, finding.text)
    local advice = finding.remedy ~= '' and { finding.remedy } or nil
    if not finding.well then
      health.warn(text, advice)
    else
      health.ok(advice and ('%s. %s'):format(text, finding.remedy) or text)
    end
  end
end

return M
