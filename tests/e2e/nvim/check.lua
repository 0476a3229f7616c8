-- check: drives VaQuest with Neovim's LSP client and writes one line per check.
local facts = vim.fn.json_decode(vim.env.VAQUEST_FACTS)
local results = io.open(vim.env.VAQUEST_RESULTS, 'w')
local patience = 30000

local function check(name, test)
  local fine, problem = pcall(test)
  results:write(fine and ('ok ' .. name .. '\n') or ('not ok ' .. name .. ': ' .. tostring(problem):gsub('\n', ' ') .. '\n'))
  results:flush()
end

local function same(expected, actual)
  assert(expected == actual, 'expected ' .. vim.inspect(expected) .. ', got ' .. vim.inspect(actual))
end

local client = vim.lsp.start_client({
  name = 'vaquest',
  cmd = { vim.env.VAQUEST_SERVER, 'lsp' },
  root_dir = vim.fn.getcwd(),
  init_options = {
    vmlinux = facts.vmlinux,
    debugDirectories = { facts.modules },
    sourceRoots = { facts.sources },
  },
})

local function open(path)
  vim.cmd('edit ' .. vim.fn.fnameescape(path))
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)
  assert(vim.wait(patience, function() return vim.lsp.get_client_by_id(client).initialized end), 'the server did not start')
  return buffer
end

local function go(pattern)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search(pattern) > 0, pattern .. ' is not in the buffer')
end

local function request(buffer, method, params)
  local answers, problem = vim.lsp.buf_request_sync(buffer, method, params, patience)
  assert(answers, problem)
  local answer = answers[client]
  assert(answer and not answer.err, vim.inspect(answer))
  return answer.result
end

local function here() return vim.lsp.util.make_position_params(0, 'utf-16') end

local log = open(facts.log)

check('hover on a frame of a text log', function()
  go('RIP: 0010:\\zswidget_connect')
  local hover = request(log, 'textDocument/hover', here())
  assert(hover.contents.value:find('widget_connect', 1, true), vim.inspect(hover))
  assert(hover.contents.value:find('widget.h:' .. facts.panicLine, 1, true), vim.inspect(hover))
end)

check('definition of an inlined frame of a text log', function()
  go('RIP: 0010:widget_connect')
  local places = request(log, 'textDocument/definition', here())
  local first = places[1]
  same(facts.panicFile, vim.uri_to_fname(first.targetUri or first.uri))
  same(facts.panicLine - 1, (first.targetSelectionRange or first.range).start.line)
end)

check('jump to the caller in its source', function()
  go('command_connect+')
  vim.lsp.buf.definition()
  assert(vim.wait(patience, function() return vim.fn.expand('%:p') == facts.callerFile end), 'still in ' .. vim.fn.expand('%:p'))
  same(facts.callerLine, vim.fn.line('.'))
  vim.cmd('buffer ' .. log)
end)

check('references of a function of a text log', function()
  go('command_connect+')
  local params = here()
  params.context = { includeDeclaration = true }
  same(1, #request(log, 'textDocument/references', params))
end)

check('outline of a text log', function()
  local symbols = request(log, "textDocument/documentSymbol", { textDocument = { uri = vim.uri_from_bufnr(log) } })
  local items = vim.lsp.util.symbols_to_items(symbols, log)
  local text = vim.inspect(items)
  assert(text:find(facts.panicMessage, 1, true), text)
  assert(text:find('Call Trace', 1, true), text)
  assert(text:find('widget_execute', 1, true), text)
end)

check('symbols by name', function()
  local symbols = request(log, 'workspace/symbol', { query = 'proc_write' })
  same('widget_proc_write', symbols[1].name)
end)

local opened
check('open a dump', function()
  opened = request(log, 'workspace/executeCommand', { command = 'vaquest.openDump', arguments = { facts.vmcore } })
  assert(opened.uri:find('^file:///'), vim.inspect(opened))
  same(facts.panicMessage, opened.panic.message)
  same('matched', opened.debugInfo.state)
end)

local report
check('read the report', function()
  report = open(vim.uri_to_fname(opened.uri))
  local text = table.concat(vim.api.nvim_buf_get_lines(report, 0, -1, false), '\n')
  assert(text:find(facts.panicMessage, 1, true), text)
  same(true, vim.bo[report].readonly)
end)

check('hover in the report', function()
  go('\\zscommand_connect+')
  local hover = request(report, 'textDocument/hover', here())
  assert(hover.contents.value:find('command_connect', 1, true), vim.inspect(hover))
end)

check('jump from the report to the source', function()
  go('command_connect+')
  vim.lsp.buf.definition()
  assert(vim.wait(patience, function() return vim.fn.expand('%:p') == facts.callerFile end), 'still in ' .. vim.fn.expand('%:p'))
  same(facts.callerLine, vim.fn.line('.'))
end)

local source
check('diagnostic in a source file nobody opened', function()
  assert(vim.wait(patience, function() return #vim.diagnostic.get() > 0 end), 'no diagnostics')
  local all = vim.diagnostic.get()
  same(1, #all)
  source = all[1].bufnr
  same(facts.panicFile, vim.api.nvim_buf_get_name(source))
  same(facts.panicLine - 1, all[1].lnum)
  same(vim.diagnostic.severity.ERROR, all[1].severity)
  assert(all[1].message:find(facts.panicMessage, 1, true), all[1].message)
end)

check('close the dump', function()
  request(log, 'workspace/executeCommand', { command = 'vaquest.closeDump', arguments = { opened.uri } })
  assert(vim.wait(patience, function() return #vim.diagnostic.get() == 0 end), 'diagnostics are left')
  same(0, vim.fn.filereadable(vim.uri_to_fname(opened.uri)))
end)

check('stop the server', function()
  local handle = vim.lsp.get_client_by_id(client)
  handle.stop()
  assert(vim.wait(patience, function() return handle.is_stopped() end), 'the server did not stop')
end)

results:close()
