--- `:AlphaCode`, in the buffers that the server is attached to.
local diff = require('alphacode.diff')
local panel = require('alphacode.panel')
local progress = require('alphacode.progress')
local server = require('alphacode.server')

local M = {}

local COMPLETION_MS = 500

--- Call back with the candidate of that rank, and with the URI of the document that programs go to.
--- @param buffer integer
--- @param rank integer
--- @param act fun(candidate: table, target: string?)
local function with_candidate(buffer, rank, act)
  server.candidates(buffer, function(answer)
    for _, candidate in ipairs(answer.candidates) do
      if candidate.rank == rank then
        return act(candidate, answer.target)
      end
    end
    local n_candidates = #answer.candidates
    server.say(
      n_candidates == 0 and 'there are no candidates yet; `:AlphaCode solve` searches for some'
        or ('there is no candidate %d, only 1 to %d'):format(rank, n_candidates)
    )
  end)
end

local function apply(buffer, rank)
  with_candidate(buffer, rank or 1, function(candidate, target)
    if not target then
      return server.say('open the one program that the candidate should go to first')
    end
    server.ask(buffer, 'applyCandidate', vim.tbl_extend('error', server.id(candidate), { uri = target }))
  end)
end

--- Compare the source with a candidate, or a candidate with another.
local function compare(buffer, rank, other)
  if not other then
    return with_candidate(buffer, rank or 1, function(candidate, target)
      diff.with_candidate(buffer, candidate, target)
    end)
  end
  local argument = { uri = vim.uri_from_bufnr(buffer), left = rank, right = other, show = false }
  server.ask(buffer, 'compare', argument, function(answer)
    if answer.uri then
      diff.open(answer.left, answer.right)
    end
  end)
end

local function run(buffer, rank)
  local uri = vim.uri_from_bufnr(buffer)
  if not rank then
    return server.ask(buffer, 'test', { uri = uri })
  end
  with_candidate(buffer, rank, function(candidate)
    server.ask(buffer, 'test', { uri = uri, target = { rank = rank, sha256 = candidate.sha256 } })
  end)
end

local function paste(buffer)
  local has_clipboard, text = pcall(vim.fn.getreg, '+')
  if not has_clipboard or text == '' then
    text = vim.fn.getreg('"')
  end
  server.ask(buffer, 'createProblem', { uri = vim.uri_from_bufnr(buffer), text = text })
end

local function cancel()
  local titles = progress.cancel()
  if #titles == 0 then
    server.say('nothing is going on', vim.log.levels.INFO)
  end
end

local function status(buffer)
  server.ask(buffer, 'status', { uri = vim.uri_from_bufnr(buffer) }, function(answer)
    local backend = answer.backend
    local lines =
      { ('alphacode-lsp %s'):format(answer.version), ('Backend %s: %s'):format(backend.url, backend.message) }
    if backend.remedy ~= '' then
      table.insert(lines, backend.remedy)
    end
    for _, document in pairs(answer.documents) do
      local statement = document.statement and vim.fs.basename(document.statement)
      table.insert(lines, statement and ('Statement: %s, %s'):format(statement, document.reason) or document.trouble)
      if document.statement then
        table.insert(lines, document.trouble or ('%s, examples: %d'):format(document.title, document.examples))
      end
    end
    for _, search in ipairs(answer.searches) do
      table.insert(lines, ('Search %s: %s'):format(search.state, search.text))
    end
    server.say(table.concat(lines, '\n'), vim.log.levels.INFO)
  end)
end

local function log()
  vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
  vim.cmd('normal! G')
end

--- @param command string
--- @return fun(buffer: integer) that asks for a command about the document
local function plain(command)
  return function(buffer)
    server.ask(buffer, command, { uri = vim.uri_from_bufnr(buffer) })
  end
end

--- How many numbers each takes at most, and what it does with the buffer and them.
--- @type table<string, { numbers: integer, act: fun(buffer: integer, first: integer?, second: integer?) }>
local SUBCOMMANDS = {
  solve = {
    numbers = 1,
    act = function(buffer, samples)
      server.ask(buffer, 'solve', { uri = vim.uri_from_bufnr(buffer), samples = samples })
    end,
  },
  run = { numbers = 1, act = run },
  panel = { numbers = 0, act = panel.open },
  apply = { numbers = 1, act = apply },
  diff = { numbers = 2, act = compare },
  cancel = { numbers = 0, act = cancel },
  paste = { numbers = 0, act = paste },
  receive = {
    numbers = 0,
    act = function(buffer)
      server.ask(buffer, 'companion', { action = 'receive', uri = vim.uri_from_bufnr(buffer) })
    end,
  },
  report = { numbers = 0, act = plain('report') },
  stress = { numbers = 0, act = plain('stress') },
  status = { numbers = 0, act = status },
  log = { numbers = 0, act = log },
}

--- @param names string[]
local function starting_with(names, lead)
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

--- @return string[] ranks that the server knows at this moment
local function ranks(buffer)
  local client = server.client(buffer)
  local answer = client and server.ask_now(client, 'candidates', { uri = vim.uri_from_bufnr(buffer) }, COMPLETION_MS)
  return vim.tbl_map(function(candidate)
    return tostring(candidate.rank)
  end, answer and answer.candidates or {})
end

local function complete(lead, line)
  local before = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  if #before <= 1 then
    local names = vim.tbl_keys(SUBCOMMANDS)
    table.sort(names)
    return starting_with(names, lead)
  end
  local takes_ranks = vim.list_contains({ 'apply', 'diff', 'run' }, before[2])
  local has_room = takes_ranks and #before - 2 < SUBCOMMANDS[before[2]].numbers
  return has_room and starting_with(ranks(vim.api.nvim_get_current_buf()), lead) or {}
end

--- @param buffer integer
--- @param words string[]
local function execute(buffer, words)
  local name, subcommand = words[1], SUBCOMMANDS[words[1]]
  if not subcommand then
    local names = vim.tbl_keys(SUBCOMMANDS)
    table.sort(names)
    return server.say(('there is no `%s`; there are %s'):format(name, table.concat(names, ', ')))
  end
  if #words - 1 > subcommand.numbers then
    return server.say(('`%s` takes %d numbers at most'):format(name, subcommand.numbers))
  end
  local numbers = {}
  for i = 2, #words do
    numbers[i - 1] = words[i]:match('^[1-9]%d*$') and tonumber(words[i])
    if not numbers[i - 1] then
      return server.say(('`%s` takes a number from 1, not `%s`'):format(name, words[i]))
    end
  end
  subcommand.act(buffer, numbers[1], numbers[2])
end

--- @param buffer integer
function M.create(buffer)
  vim.api.nvim_buf_create_user_command(buffer, 'AlphaCode', function(command)
    execute(buffer, command.fargs)
  end, { nargs = '+', complete = complete, desc = 'Solve this problem, and what goes with it' })
end

--- @param buffer integer
function M.remove(buffer)
  pcall(vim.api.nvim_buf_del_user_command, buffer, 'AlphaCode')
end

return M
