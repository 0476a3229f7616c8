// What happens on a machine that lacks packages: they are named, or installed where that is asked for and allowed.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { checkPrerequisites } = await import('../src/prerequisites.mjs');

/** A machine whose missing packages are the first list, and the second after apt-get ran. */
function fakeMachine({ missing, afterwards = [], isDebian = true, rights = [] }) {
  const commands = [];
  return {
    commands,
    missingPackages: () => (commands.length === 0 ? missing : afterwards),
    isDebianLike: () => isDebian,
    superuser: () => rights,
    run: (program, args) => commands.push([program, ...args].join(' ')),
  };
}

test('says nothing when everything is there', () => {
  const machine = fakeMachine({ missing: [] });
  checkPrerequisites(true, machine);
  assert.deepEqual(machine.commands, []);
});

test('names the packages and the command when it may not install', () => {
  const machine = fakeMachine({ missing: ['busybox-static', 'dwarves'] });
  assert.throws(() => checkPrerequisites(false, machine), (error) =>
    error.exitCode === 3 && /busybox-static dwarves\nget them with: sudo apt-get install -y --no-install-recommends busybox-static dwarves/.test(error.message));
  assert.deepEqual(machine.commands, []);
});

test('installs what is missing, lists first', () => {
  const machine = fakeMachine({ missing: ['dwarves'] });
  checkPrerequisites(true, machine);
  assert.deepEqual(machine.commands, ['apt-get update -q', 'apt-get install -y --no-install-recommends dwarves']);
});

test('installs through sudo where it is not root', () => {
  const machine = fakeMachine({ missing: ['dwarves'], rights: ['sudo', '-n'] });
  checkPrerequisites(true, machine);
  assert.deepEqual(machine.commands, ['sudo -n apt-get update -q', 'sudo -n apt-get install -y --no-install-recommends dwarves']);
});

test('installs nothing without rights, and says so', () => {
  const machine = fakeMachine({ missing: ['dwarves'], rights: undefined });
  machine.superuser = () => undefined;
  assert.throws(() => checkPrerequisites(true, machine), (error) => error.exitCode === 3 && /needs root or sudo without a password/.test(error.message));
  assert.deepEqual(machine.commands, []);
});

test('installs nothing on another distribution, and says so', () => {
  const machine = fakeMachine({ missing: ['dwarves'], isDebian: false });
  assert.throws(() => checkPrerequisites(true, machine), /only known for Debian and Ubuntu/);
  assert.deepEqual(machine.commands, []);
});

test('says what is still missing after installing', () => {
  const machine = fakeMachine({ missing: ['dwarves', 'make'], afterwards: ['make'] });
  assert.throws(() => checkPrerequisites(true, machine), /after installing, these packages are still missing: make/);
});
