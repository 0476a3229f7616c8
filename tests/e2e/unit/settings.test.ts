// Tests of how settings are made absolute and handed to the server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingOf, toServerSettings } from '../../../client/src/infrastructure/settings';

const base = { home: '/home/me', workspaceFolder: '/work space' };

describe('ServerSettings', () => {
  it('resolves relative paths, ~ and variables', () => {
    const raw = {
      vmlinux: ' ~/vmlinux ',
      debugDirectories: ['debug', '${userHome}/d', '/abs'],
      sourceRoots: ['${workspaceFolder}/linux', '~'],
      sourceMap: { '/build/linux': 'src' },
      ruleFiles: ['~/known.json'],
    };
    assert.deepEqual(toServerSettings(raw, base), {
      vmlinux: '/home/me/vmlinux',
      debugDirectories: ['/work space/debug', '/home/me/d', '/abs'],
      sourceRoots: ['/work space/linux', '/home/me'],
      sourceMap: { '/build/linux': '/work space/src' },
      ruleFiles: ['/home/me/known.json'],
      inlayHints: true,
    });
  });

  it('starts relative paths at home without a workspace', () => {
    assert.equal(toServerSettings({ vmlinux: 'v' }, { home: '/h', workspaceFolder: undefined }).vmlinux, '/h/v');
  });

  it('counts values of a wrong type as absent', () => {
    const raw = { vmlinux: 3, debugDirectories: 'x', sourceRoots: [1, '', null], sourceMap: { a: 5, b: '' } };
    assert.deepEqual(toServerSettings(raw, base), {
      vmlinux: '',
      debugDirectories: [],
      sourceRoots: [],
      sourceMap: {},
      ruleFiles: [],
      inlayHints: true,
    });
    assert.equal(toServerSettings({ inlayHints: false }, base).inlayHints, false);
  });

  it('keeps a tilde that is not the home directory', () => {
    assert.equal(toServerSettings({ vmlinux: '/a/~b' }, base).vmlinux, '/a/~b');
  });

  it('answers the section, a key of it, and null for what belongs to others', () => {
    const settings = toServerSettings({ vmlinux: '/v' }, base);
    assert.equal(settingOf(settings, 'vaquest'), settings);
    assert.equal(settingOf(settings, 'vaquest.vmlinux'), '/v');
    assert.equal(settingOf(settings, 'editor'), null);
    assert.equal(settingOf(settings, 'vaquest.constructor'), null);
    assert.equal(settingOf(settings, undefined), null);
  });
});
