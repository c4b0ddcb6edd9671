-- AlphaCode for Neovim 0.11 and later, with no plugin: put this file into `lsp/` of your configuration (or this folder
-- on the runtime path) and say `vim.lsp.enable('alphacode')`.
--
-- `gra` lists the actions: solve, run the examples, the ranked candidates. What goes on is in `vim.lsp.status()` and in
-- the event LspProgress; `gra` then offers to cancel.
return {
  cmd = { 'alphacode-lsp' },
  filetypes = { 'cpp', 'python', 'java', 'kotlin', 'rust', 'go', 'markdown' },
  root_markers = { '.alphacode', 'problem.md', 'statement.md', '.git' },
  -- Candidates are shown as files of the cache, below no root: they belong to the server that runs already.
  reuse_client = function(client, config)
    return client.name == config.name and (config.root_dir == nil or client.root_dir == config.root_dir)
  end,
  settings = {
    -- For instance: { solve = { samples = 32 }, backend = { url = 'http://gpu-host:8420' } }
    alphacode = {},
  },
}
