--- The candidates of a document as a buffer, a section each. What a section stands for is in an extmark: a candidate is
--- applied by its id, never by what the text says.
local diff = require('alphacode.diff')
local progress = require('alphacode.progress')
local server = require('alphacode.server')

local M = {}

local KEYS = { '<CR> apply   d diff   r run   ]] [[ move', 'R list again   x cancel   q close' }
local namespace = vim.api.nvim_create_namespace('alphacode')

--- @class alphacode.Panel
--- @field buffer integer
--- @field source integer the buffer whose candidates these are
--- @field target string? URI of the document that programs go to
--- @field text string? what that document held when the candidates were listed
--- @field candidates table<integer, table> by the extmark of the section

--- @type table<integer, alphacode.Panel> by buffer
local panels = {}

local function text_of(uri)
  local buffer = uri and vim.uri_to_bufnr(uri)
  return buffer and table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

--- @param panel alphacode.Panel
--- @param row integer from 0
--- @return table? candidate of the section that the row is in
local function candidate_at(panel, row)
  local marks = vim.api.nvim_buf_get_extmarks(panel.buffer, namespace, { row, -1 }, 0, { limit = 1 })
  return marks[1] and panel.candidates[marks[1][1]]
end

local function fence_of(code)
  local fence = '```'
  while code:find(fence, 1, true) do
    fence = fence .. '`'
  end
  return fence
end

--- @return string[]
local function section(candidate)
  local lines = { '## ' .. candidate.title:gsub('^AlphaCode ', ''), '' }
  local run = candidate.run
  for _, example in ipairs(candidate.examples) do
    if example.verdict ~= 'AC' then
      table.insert(lines, ('- example %d: %s, %s'):format(example.index, example.verdict, example.difference or ''))
    end
  end
  if run then
    table.insert(lines, ('- run here: %s, %d of %d examples pass'):format(run.verdict, run.passed, run.total))
  end
  if lines[#lines] ~= '' then
    table.insert(lines, '')
  end
  local fence = fence_of(candidate.code)
  table.insert(lines, fence .. candidate.language)
  vim.list_extend(lines, vim.split(candidate.code:gsub('\n$', ''), '\n'))
  return vim.list_extend(lines, { fence, '' })
end

--- @param panel alphacode.Panel
local function heading(panel, answer)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(panel.source))
  local percent = answer.state == 'running' and (' (%d%%)'):format(answer.percent) or ''
  local text = answer.job and answer.text .. percent or 'no candidates yet, `:AlphaCode solve` searches for some'
  local lines = { ('# %s: %s'):format(name, text), '', KEYS[1], KEYS[2], '' }
  for _, warning in ipairs(answer.warnings or {}) do
    vim.list_extend(lines, { warning, '' })
  end
  return lines
end

--- Write the page, and leave every cursor in the section of its candidate.
--- @param panel alphacode.Panel
local function render(panel, answer)
  local windows = vim.fn.win_findbuf(panel.buffer)
  local before = {}
  for _, window in ipairs(windows) do
    local candidate = candidate_at(panel, vim.api.nvim_win_get_cursor(window)[1] - 1)
    before[window] = candidate and candidate.sha256
  end

  local lines, rows = heading(panel, answer), {}
  for i, candidate in ipairs(answer.candidates) do
    rows[i] = #lines
    vim.list_extend(lines, section(candidate))
  end
  lines = vim.tbl_map(function(line)
    return (line:gsub('\n', ' '))
  end, lines)
  vim.bo[panel.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(panel.buffer, 0, -1, false, lines)
  vim.bo[panel.buffer].modifiable = false

  panel.candidates = {}
  vim.api.nvim_buf_clear_namespace(panel.buffer, namespace, 0, -1)
  -- They stay at their lines, whatever is written there.
  local place = { right_gravity = false }
  for i, candidate in ipairs(answer.candidates) do
    panel.candidates[vim.api.nvim_buf_set_extmark(panel.buffer, namespace, rows[i], 0, place)] = candidate
    for _, window in ipairs(windows) do
      if before[window] == candidate.sha256 then
        vim.api.nvim_win_set_cursor(window, { rows[i] + 1, 0 })
      end
    end
  end
  panel.target, panel.text = answer.target, text_of(answer.target)
end

--- @param panel alphacode.Panel
local function list(panel)
  server.candidates(panel.source, function(answer)
    if vim.api.nvim_buf_is_valid(panel.buffer) then
      render(panel, answer)
    end
  end)
end

--- Whether the source still is what it was, or what a candidate has made of it.
--- @param panel alphacode.Panel
local function is_as_listed(panel)
  local text = text_of(panel.target)
  return text == panel.text
    or vim.iter(vim.tbl_values(panel.candidates)):any(function(candidate)
      return vim.trim(candidate.code) == vim.trim(text)
    end)
end

--- @param panel alphacode.Panel
local function apply(panel, candidate)
  if not panel.target then
    return server.say('open the one program that the candidate should go to first')
  end
  if not is_as_listed(panel) then
    local name = vim.fs.basename(vim.uri_to_fname(panel.target))
    return server.say(name .. ' has changed since these candidates were listed; `R` lists them again')
  end
  server.ask(panel.source, 'applyCandidate', vim.tbl_extend('error', server.id(candidate), { uri = panel.target }))
end

--- @param panel alphacode.Panel
local function compare(panel, candidate)
  diff.with_candidate(panel.source, candidate, panel.target)
end

--- @param panel alphacode.Panel
local function run(panel, candidate)
  local target = { rank = candidate.rank, sha256 = candidate.sha256 }
  server.ask(panel.source, 'test', { uri = vim.uri_from_bufnr(panel.source), target = target })
end

--- @param panel alphacode.Panel
--- @param step 1|-1
local function move(panel, step)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1 + step
  local to = row < 0 and {}
    or vim.api.nvim_buf_get_extmarks(panel.buffer, namespace, { row, 0 }, step == 1 and -1 or 0, { limit = 1 })
  if to[1] then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { to[1][2] + 1, 0 })
  end
end

--- @param panel alphacode.Panel
local function map_keys(panel)
  local function map(key, description, act)
    vim.keymap.set('n', key, act, { buffer = panel.buffer, nowait = true, desc = description })
  end
  local function map_candidate(key, description, act)
    map(key, description, function()
      local candidate = candidate_at(panel, vim.api.nvim_win_get_cursor(0)[1] - 1)
      if candidate then
        return act(panel, candidate)
      end
      server.say('the cursor is on no candidate; `]]` goes to the next one')
    end)
  end
  map(']]', 'Next candidate', function()
    move(panel, 1)
  end)
  map('[[', 'Previous candidate', function()
    move(panel, -1)
  end)
  map_candidate('<CR>', 'Apply this candidate', apply)
  map_candidate('d', 'Compare the source with this candidate', compare)
  map_candidate('r', 'Run this candidate on the examples', run)
  map('R', 'List the candidates again', function()
    list(panel)
  end)
  map('x', 'Cancel what is going on', progress.cancel)
  map('q', 'Close', vim.cmd.close)
end

--- @param source integer
--- @return alphacode.Panel
local function create(source)
  local buffer = vim.api.nvim_create_buf(false, true)
  local panel = { buffer = buffer, source = source, candidates = {} }
  panels[buffer] = panel
  vim.api.nvim_buf_set_name(buffer, 'alphacode://candidates/' .. vim.api.nvim_buf_get_name(source))
  vim.bo[buffer].bufhidden, vim.bo[buffer].filetype = 'wipe', 'alphacode'
  pcall(vim.treesitter.start, buffer, 'markdown') -- A Neovim without that parser shows it plainly.
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = buffer,
    callback = function()
      panels[buffer] = nil
    end,
  })
  map_keys(panel)
  return panel
end

--- Show a document's candidates beside it.
--- @param source integer buffer
function M.open(source)
  local panel = vim.iter(vim.tbl_values(panels)):find(function(one)
    return one.source == source
  end) or create(source)
  local window = vim.fn.win_findbuf(panel.buffer)[1]
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.api.nvim_open_win(panel.buffer, true, { split = 'right' })
    vim.wo.wrap, vim.wo.number = false, false
  end
  list(panel)
end

--- Something has changed at the server: bring what is open up to date.
function M.refresh()
  for _, panel in pairs(panels) do
    list(panel)
  end
end

return M
