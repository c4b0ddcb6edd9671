-- Commands, the candidates' buffer and the line of progress, for buffers that `alphacode-lsp` is attached to. Nothing is
-- loaded before the server is there; `vim.lsp.enable('alphacode')` stays yours to say.
if vim.g.loaded_alphacode then
  return
end
vim.g.loaded_alphacode = true

local function refresh()
  require('alphacode.panel').refresh()
end

--- A search may end between two keys of its user's, so its end is said, and what to do about it is left to commands.
local function answer(err, params, ctx)
  for _, action in ipairs(params.actions or {}) do
    if action.title == 'Show candidates' then
      vim.notify(params.message .. '; `:AlphaCode panel` shows them')
      return vim.NIL
    end
  end
  return vim.lsp.handlers['window/showMessageRequest'](err, params, ctx)
end

vim.lsp.config('alphacode', {
  init_options = { customMessages = true },
  handlers = {
    ['window/showMessageRequest'] = answer,
    ['alphacode/candidatesChanged'] = refresh,
    ['alphacode/testsChanged'] = refresh,
    ['alphacode/status'] = function(_, status)
      vim.g.alphacode_status = status.message
      vim.cmd.redrawstatus()
    end,
  },
})

local group = vim.api.nvim_create_augroup('alphacode', {})

local function on(event, act)
  vim.api.nvim_create_autocmd(event, {
    group = group,
    callback = function(args)
      local client = vim.lsp.get_client_by_id(args.data.client_id)
      if client and client.name == 'alphacode' then
        act(args, client)
      end
    end,
  })
end

on('LspAttach', function(args)
  require('alphacode.command').create(args.buf)
end)
on('LspDetach', function(args)
  require('alphacode.command').remove(args.buf)
  vim.schedule(require('alphacode.progress').tidy)
end)
on('LspProgress', function(args, client)
  require('alphacode.progress').take(client.id, args.data.params)
end)
