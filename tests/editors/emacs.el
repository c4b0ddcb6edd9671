;;; What a user does in Emacs with Eglot, in batch mode.  -*- lexical-binding: t -*-
;;
;; emacs --batch -q -l emacs.el CONFIGURATION PROGRAM SETTINGS
;;
;; The configuration is what `alphacode print-config emacs' prints; the settings are JSON.  What was seen goes to the
;; standard output, as JSON.

(require 'package)
(require 'seq)
(package-initialize)
(unless (require 'eglot nil t)
  (princ "{\"missing\": \"eglot\"}")
  (kill-emacs 0))

(defvar seen nil "What the test is told, as an alist.")
(defvar wanted nil "The beginning of what is chosen wherever there is a choice.")
(defvar messages nil "What was said, the newest first.")

(pcase-let ((`(,configuration ,program ,settings) command-line-args-left))
  (setq command-line-args-left nil)
  (load configuration nil t)
  (let ((parsed (json-parse-string settings :object-type 'plist)))
    (setq-default eglot-workspace-configuration (list :alphacode parsed)))
  (setq eglot-sync-connect t
        eglot-connect-timeout 90
        jsonrpc-default-request-timeout 90
        ;; Without a key that was typed last, Eglot shows its menu with the mouse.
        last-nonmenu-event ?x
        completing-read-function
        (lambda (_prompt choices &rest _)
          (and wanted (seq-find (lambda (title) (string-prefix-p wanted title)) (all-completions "" choices)))))
  (advice-add 'y-or-n-p :override (lambda (&rest _) t))
  (advice-add 'message :before
              (lambda (format &rest values) (when format (push (apply #'format-message format values) messages))))
  (find-file program)
  (call-interactively #'eglot))

(defun until (what condition)
  "Wait until CONDITION is so; WHAT is said when it never is."
  (with-timeout (90 (error "%s never came; messages: %S" what (seq-take messages 20)))
    (while (not (funcall condition))
      (accept-process-output nil 0.2))))

(defun choose (title)
  "Choose the code action whose title begins with TITLE."
  (let ((wanted title))
    (call-interactively #'eglot-code-actions)))

(defun titles ()
  (vconcat (seq-map (lambda (action) (plist-get action :title)) (eglot-code-actions (point-min) (point-min)))))

(defun search ()
  "The newest search and its candidates, as the server knows them."
  (jsonrpc-request (eglot-current-server) :workspace/executeCommand
                   (list :command "alphacode.candidates"
                         :arguments (vector (list :uri (plist-get (eglot--TextDocumentIdentifier) :uri))))))

(defun code (rank)
  (plist-get (aref (plist-get (search) :candidates) (1- rank)) :code))

(defun replace-text (text)
  (erase-buffer)
  (insert text))

(defun diagnostics ()
  (flymake-start)
  (seq-map #'flymake-diagnostic-text (flymake-diagnostics)))

(until "the menu" (lambda () (> (length (titles)) 1)))
(push `(before . ,(titles)) seen)

(choose "AlphaCode: Solve this problem")
(until "a search" (lambda () (equal (plist-get (search) :state) "completed")))
(push `(after . ,(titles)) seen)

(let ((code (code 2)))
  (choose "AlphaCode 02:")
  (until "candidate 2" (lambda () (equal (buffer-string) code)))
  (push `(applied . ,(buffer-string)) seen))

(replace-text "input()\nprint('NO')\n")
(choose "AlphaCode: Run 17 examples")
(until "the failures" #'diagnostics)
(push `(diagnostics . ,(vconcat (sort (diagnostics) #'string<))) seen)

(eglot-shutdown (eglot-current-server) nil 90)
(princ (json-serialize seen))
