-- What a user does in Neovim, as one script: solve, list, apply, run, compare.
--
-- nvim --clean --headless --cmd 'set runtimepath^=...' -c 'luafile story.lua' PROGRAM
--
-- With the plugin by `:AlphaCode`, without it by the menu of code actions. The settings are JSON in $STORY_SETTINGS; what
-- was seen goes to standard output, as JSON.

local has_plugin = vim.g.loaded_alphacode == true
local seen, messages = { plugin = has_plugin }, {}

local function wait(what, condition)
  if not vim.wait(90000, condition, 20) then
    error(('%s never came; messages: %s'):format(what, vim.inspect(messages)))
  end
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
end

local function write(...)
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { ... })
end

local function ask(command, argument)
  local client = vim.lsp.get_clients({ name = 'alphacode' })[1]
  argument = vim.tbl_extend('keep', argument or {}, { uri = vim.uri_from_bufnr(0) })
  local params = { command = 'alphacode.' .. command, arguments = { argument } }
  return client:request_sync('workspace/executeCommand', params, 90000).result
end

local function titles()
  local params = vim.lsp.util.make_range_params(0, 'utf-16')
  params.context = { diagnostics = {}, triggerKind = 1 }
  local replies = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 90000)
  local found = {}
  for _, reply in pairs(replies or {}) do
    for _, action in ipairs(reply.result or {}) do
      table.insert(found, action.title)
    end
  end
  return found
end

local function choose(title)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return vim.startswith(action.title, title)
    end,
  })
end

--- By the plugin's command, or by the action.
local function act(command, title)
  if has_plugin then
    vim.cmd('AlphaCode ' .. command)
  else
    choose(title)
  end
end

local function story()
  wait('the server', function()
    return vim.lsp.get_clients({ name = 'alphacode', bufnr = 0 })[1] ~= nil
  end)
  wait('the menu', function()
    seen.before = titles()
    return #seen.before > 1
  end)

  act('solve', 'AlphaCode: Solve this problem')
  local search
  wait('a search', function()
    search = ask('candidates')
    return search.state == 'completed'
  end)
  seen.after = titles()

  local code = search.candidates[2].code
  act('apply 2', 'AlphaCode 02:')
  wait('candidate 2', function()
    return text() == code
  end)
  seen.applied = text()

  write("input()", "print('NO')")
  act('run', 'AlphaCode: Run 17 examples')
  wait('the failures', function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.diagnostics = vim.tbl_map(function(one)
    return one.message
  end, vim.diagnostic.get(0))

  if has_plugin then
    vim.cmd('AlphaCode diff 1 2')
    wait('the difference', function()
      return #vim.tbl_filter(function(window)
        return vim.wo[window].diff
      end, vim.api.nvim_list_wins()) == 2
    end)
  else
    ask('compare', { left = 1, right = 2 })
    wait('the difference', function()
      return vim.endswith(vim.api.nvim_buf_get_name(0), '.diff')
    end)
  end
end

vim.opt.swapfile = false
vim.notify = function(words)
  table.insert(messages, words)
end
-- At the end of a search a plain Neovim asks what to do with it.
vim.ui.select = function(_, options, on_choice)
  table.insert(messages, options.prompt or '')
  on_choice(nil)
end
vim.lsp.config('alphacode', { settings = { alphacode = vim.json.decode(vim.env.STORY_SETTINGS) } })
vim.lsp.enable('alphacode')
vim.cmd.edit(vim.fn.argv(0))
local ok, trouble = xpcall(story, debug.traceback)
seen.trouble = not ok and trouble or nil
for _, client in ipairs(vim.lsp.get_clients()) do
  client:stop()
end
vim.wait(30000, function()
  return #vim.lsp.get_clients() == 0
end)
io.stdout:write(vim.json.encode(seen), '\n')
vim.cmd.qall({ bang = true })
