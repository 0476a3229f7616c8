// run: VaQuest in Emacs with eglot, in batch mode and without configuration.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findServer, install, isInstalled, runEditor, skip } from '../editors.mjs';

const checks = 9;

/** True when Emacs finds eglot: a package of its own before Emacs 29. */
function hasEglot() {
  return spawnSync('emacs', ['--batch', '--eval', "(progn (require 'package) (package-initialize) (require 'eglot))"], { stdio: 'ignore' }).status === 0;
}

if (!isInstalled('emacs') || !hasEglot()) install(['emacs-nox', 'elpa-eglot']);
if (!isInstalled('emacs')) skip('Emacs is not installed; get it with: apt-get install emacs-nox elpa-eglot');
if (!hasEglot()) skip('Emacs has no eglot; get it with: apt-get install elpa-eglot');
const { server, reason } = findServer();
if (reason) skip(reason);
const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'check.el');
runEditor('emacs', ['--batch', '--load', script], server, checks);
