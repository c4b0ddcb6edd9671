--- What the server is doing, a line each, in the corner above the status line. `vim.g.alphacode_progress = false` leaves
--- it to a plugin of your own; |LspProgress| and `vim.lsp.status()` have it in any case.
local M = {}

--- @type { client: integer, token: string|integer, title: string, message: string?, percentage: integer? }[]
local works = {}
local window, buffer

local function line_of(work)
  local percentage = work.percentage and (' %d%%'):format(work.percentage) or ''
  return (' %s%s: %s  [:AlphaCode cancel] '):format(work.title, percentage, work.message or 'working')
end

local function close()
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_close(window, true)
  end
  window = nil
end

local function draw()
  local in_sight = window
    and vim.api.nvim_win_is_valid(window)
    and vim.api.nvim_win_get_tabpage(window) == vim.api.nvim_get_current_tabpage()
  if not in_sight then
    close()
  end
  if #works == 0 or vim.g.alphacode_progress == false then
    return close()
  end
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    buffer = vim.api.nvim_create_buf(false, true)
  end
  local lines = vim.tbl_map(line_of, works)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  local place = {
    relative = 'editor',
    anchor = 'SE',
    row = vim.o.lines - vim.o.cmdheight - (vim.o.laststatus > 0 and 1 or 0),
    col = vim.o.columns,
    width = math.min(vim.o.columns, math.max(unpack(vim.tbl_map(vim.fn.strdisplaywidth, lines)))),
    height = #lines,
    style = 'minimal',
    border = 'none',
    focusable = false,
  }
  if window then
    vim.api.nvim_win_set_config(window, place)
  else
    window = vim.api.nvim_open_win(buffer, false, vim.tbl_extend('error', place, { noautocmd = true }))
  end
end

--- Take a `$/progress` of a client.
--- @param client integer
--- @param params { token: string|integer, value: table }
function M.take(client, params)
  local at, work
  for i, one in ipairs(works) do
    if one.client == client and one.token == params.token then
      at, work = i, one
    end
  end
  if params.value.kind == 'begin' then
    table.insert(works, vim.tbl_extend('error', params.value, { client = client, token = params.token }))
  elseif work and params.value.kind == 'report' then
    works[at] = vim.tbl_extend('force', work, params.value)
  elseif work then
    table.remove(works, at)
  end
  draw()
end

--- Ask for the end of everything that is going on.
--- @return string[] titles
function M.cancel()
  return vim.tbl_map(function(work)
    local client = vim.lsp.get_client_by_id(work.client)
    if client then
      client:notify('window/workDoneProgress/cancel', { token = work.token })
    end
    return work.title
  end, works)
end

--- Forget the work of servers that are gone: nobody will tell its end.
function M.tidy()
  works = vim.tbl_filter(function(work)
    local client = vim.lsp.get_client_by_id(work.client)
    return client ~= nil and not client:is_stopped()
  end, works)
  draw()
end

return M
