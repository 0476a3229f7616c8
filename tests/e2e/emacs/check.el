;;; check.el --- drives VaQuest with eglot and writes one line per check  -*- lexical-binding: t -*-

(require 'package)
(package-initialize)
(require 'eglot)
(require 'json)
(require 'xref)
(require 'flymake)

(defvar check-facts (json-parse-string (getenv "VAQUEST_FACTS")))
(defvar check-results (getenv "VAQUEST_RESULTS"))
(defun check-fact (name) (gethash name check-facts))

(defun check-write (line)
  (write-region (concat (replace-regexp-in-string "\n" " " line) "\n") nil check-results t 'quiet))

(defmacro check (name &rest body)
  "Run BODY and write whether it went well under NAME."
  (declare (indent 1))
  `(condition-case problem
       (progn ,@body (check-write (concat "ok " ,name)))
     (error (check-write (format "not ok %s: %S" ,name problem)))))

(defun check-that (fact &rest what)
  (unless fact (error "%S" what)))

(defun check-wait (test what)
  "Wait until TEST answers something, 30 seconds at most."
  (let ((end (+ (float-time) 30)) answer)
    (while (and (not (setq answer (funcall test))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (check-that answer what)
    answer))

(defun check-go (pattern)
  (goto-char (point-min))
  (check-that (re-search-forward pattern nil t) pattern "is not in the buffer")
  (goto-char (match-beginning 0)))

(defun check-place ()
  (list :textDocument (list :uri (eglot--path-to-uri buffer-file-name))
        :position (eglot--pos-to-lsp-position)))

(setq eglot-sync-connect 30
      eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil
      enable-local-variables nil
      make-backup-files nil)
(add-to-list 'eglot-server-programs
             `((text-mode fundamental-mode) . (,(getenv "VAQUEST_SERVER") "lsp")))
(setq-default eglot-workspace-configuration
              `((:vaquest . (:vmlinux ,(check-fact "vmlinux")
                             :debugDirectories [,(check-fact "modules")]
                             :sourceRoots [,(check-fact "sources")]))))

(defvar check-log nil)
(defvar check-server nil)

(check "connect"
  (setq check-log (find-file-noselect (check-fact "log")))
  (set-buffer check-log)
  (text-mode)
  (setq check-server
        (eglot--connect '(text-mode) (eglot--current-project)
                        'eglot-lsp-server (list (getenv "VAQUEST_SERVER") "lsp") "plaintext"))
  (check-wait (lambda () (eglot-current-server)) "no server")
  (check-that (eglot-managed-p) "not managed")
  (eglot-signal-didChangeConfiguration check-server))

(check "hover on a frame of a text log"
  (check-go "widget_connect\\+")
  (let ((text (format "%S" (jsonrpc-request check-server :textDocument/hover (check-place)))))
    (check-that (string-match-p "widget_connect" text) text)
    (check-that (string-match-p (format "widget\\.h:%d" (check-fact "panicLine")) text) text)))

(check "definition of an inlined frame through xref"
  (check-go "widget_connect\\+")
  (let* ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))
         (location (xref-item-location (car found))))
    (check-that (equal (file-truename (check-fact "panicFile")) (file-truename (xref-location-group location))) location)
    (check-that (= (check-fact "panicLine") (xref-location-line location)) location)))

(check "references through xref"
  (check-go "command_connect\\+")
  (check-that (= 1 (length (xref-backend-references 'eglot (xref-backend-identifier-at-point 'eglot)))) "not one reference"))

(check "outline through imenu"
  (let ((text (format "%S" (funcall imenu-create-index-function))))
    (check-that (string-match-p (regexp-quote (check-fact "panicMessage")) text) text)
    (check-that (string-match-p "Call Trace" text) text)))

(defvar check-opened nil)
(check "open a dump"
  (setq check-opened
        (jsonrpc-request check-server :workspace/executeCommand
                         `(:command "vaquest.openDump" :arguments [,(check-fact "vmcore")]) :timeout 60))
  (check-that (string-prefix-p "file:///" (plist-get check-opened :uri)) check-opened)
  (check-that (equal "matched" (plist-get (plist-get check-opened :debugInfo) :state)) check-opened))

(check "read the report"
  (with-temp-buffer
    (insert-file-contents (eglot--uri-to-path (plist-get check-opened :uri)))
    (check-go (regexp-quote (check-fact "panicMessage")))))

(check "diagnostic in the source file"
  (let ((source (find-file-noselect (check-fact "panicFile"))))
    (check-wait
     (lambda ()
       (cl-some (lambda (entry)
                  (and (equal (file-truename (check-fact "panicFile")) (file-truename (format "%s" (car entry)))) entry))
                (append (and (boundp 'flymake-list-only-diagnostics) flymake-list-only-diagnostics)
                        (with-current-buffer source
                          (mapcar (lambda (item) (list (check-fact "panicFile") item)) (flymake-diagnostics))))))
     "no diagnostic")))

(check "stop the server"
  (eglot-shutdown check-server)
  (check-wait (lambda () (not (jsonrpc-running-p check-server))) "still running"))
