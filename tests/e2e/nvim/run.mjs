// run: VaQuest in Neovim, headless, with Neovim's own LSP client and no configuration.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findServer, install, isInstalled, runEditor, skip } from '../editors.mjs';

const checks = 13;

if (!isInstalled('nvim')) install(['neovim']);
if (!isInstalled('nvim')) skip('Neovim is not installed; get it with: apt-get install neovim');
const { server, reason } = findServer();
if (reason) skip(reason);
const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'check.lua');
runEditor('nvim', ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-c', `luafile ${script}`, '-c', 'qall!'], server, checks);
