# AlphaCode for Kakoune with kakoune-lsp 18 or later: add this to your kakrc, after kakoune-lsp's own lines. Not tested.
# `:lsp-code-actions` lists the actions: solve, run the examples, the ranked candidates.
hook -group lsp-filetype-alphacode global BufSetOption filetype=(?:cpp|python|java|kotlin|rust|go|markdown) %{
    set-option -add buffer lsp_servers %{
        [alphacode]
        command = "alphacode-lsp"
        root_globs = [".alphacode", "problem.md", "statement.md", ".git"]
        settings_section = "alphacode"
        [alphacode.settings.alphacode]
        # For instance: solve = { samples = 32 }
    }
}
