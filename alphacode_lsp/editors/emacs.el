;; AlphaCode for Emacs with Eglot: add this to your init file, and say `M-x eglot` in a program. Emacs 29 and later have
;; Eglot, Emacs 28 takes it as a package. `M-x eglot-code-actions` lists the actions: solve, run the examples, the ranked
;; candidates.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((c++-mode c++-ts-mode python-mode python-ts-mode java-mode java-ts-mode
                  go-ts-mode rust-ts-mode markdown-mode)
                 . ("alphacode-lsp"))))

;; For instance: (:alphacode (:solve (:samples 32)))
(setq-default eglot-workspace-configuration '(:alphacode ()))
