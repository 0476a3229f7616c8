// A private apt for one Debian suite: its own lists and cache, its sources derived from the machine's, nothing of the machine touched.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, run, say } from './run.mjs';

export class PrivateApt {
  #environment;
  #suite;

  /** Writes the configuration below `folder` and fetches the suite's package lists. */
  constructor(folder, suite) {
    this.#suite = suite;
    const sources = deriveSources(suite);
    ['state/lists/partial', 'cache/archives/partial', 'parts'].forEach((name) => mkdirSync(join(folder, name), { recursive: true }));
    writeFileSync(join(folder, 'status'), '');
    writeFileSync(join(folder, 'parts', 'lab.sources'), sources.stanzas.join('\n\n'));
    writeFileSync(join(folder, 'sources.list'), `${sources.lines.join('\n')}\n`);
    writeFileSync(
      join(folder, 'apt.conf'),
      [
        `Dir::State "${folder}/state";`,
        `Dir::State::status "${folder}/status";`,
        `Dir::Cache "${folder}/cache";`,
        `Dir::Etc::sourcelist "${folder}/sources.list";`,
        `Dir::Etc::sourceparts "${folder}/parts";`,
        'APT::Architecture "amd64";',
        'APT::Sandbox::User "";',
        'Acquire::Languages "none";',
        'Acquire::Retries "3";',
      ].join('\n'),
    );
    this.#environment = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C' };
    say(`reading the package lists of ${suite}`);
    this.#run('apt-get', ['update', '-q']);
  }

  /** The package's fields in each version the suite has, newest first, security updates included. */
  showAll(name) {
    let text;
    try {
      text = this.#run('apt-cache', ['show', name]);
    } catch (error) {
      throw new LabError(`${this.#suite} has no package ${name} (${error.message.split('\n').pop()})`);
    }
    return text.trim().split('\n\n').map((stanza) =>
      Object.fromEntries([...stanza.matchAll(/^([A-Za-z0-9-]+): (.*)$/gm)].map(([, field, value]) => [field, value])));
  }

  /** The names a package depends on, without versions. */
  dependencies(name) {
    return dependencyNames(this.showAll(name)[0]);
  }

  /** Downloads packages and returns their .deb files. */
  download(names, folder) {
    mkdirSync(folder, { recursive: true });
    say(`downloading ${names.join(' ')}`);
    this.#run('apt-get', ['download', '-q', ...names], folder);
    return names.map((name) => {
      const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
      if (file === undefined) {
        throw new LabError(`apt-get download left no file of ${name} in ${folder}`);
      }
      return join(folder, file);
    });
  }

  /** Downloads packages with everything they depend on, as for an empty machine, and returns the .deb files. */
  downloadClosure(names, folder) {
    mkdirSync(join(folder, 'partial'), { recursive: true });
    say(`downloading ${names.join(' ')} and what they depend on`);
    const options = ['--download-only', '--no-install-recommends', '-o', `Dir::Cache::archives=${folder}`, '-o', 'Debug::NoLocking=1'];
    this.#run('apt-get', ['install', '-y', '-q', ...options, ...names]);
    return readdirSync(folder).filter((name) => name.endsWith('.deb')).map((name) => join(folder, name));
  }

  #run(program, args, cwd) {
    return run(program, args, { env: this.#environment, timeoutSeconds: 900, ...(cwd ? { cwd } : {}) });
  }
}

/** The names in the Depends field. */
export function dependencyNames({ Depends: text = '' }) {
  return text.split(',').map((part) => part.trim().split(/[ |(:]/)[0]).filter(Boolean);
}

/** The machine's own Debian sources with its suite replaced by the one wanted. */
function deriveSources(suite) {
  const own = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const isOwn = (name) => new RegExp(`^${own}(-updates|-security|/updates)?$`).test(name);
  const stanzas = [];
  const lines = [];
  for (const file of sourceFiles()) {
    const text = readFileSync(file, 'utf8').replace(/^\s*#.*\n/gm, '');
    if (file.endsWith('.sources')) {
      stanzas.push(...text.split(/\n\s*\n/).map((stanza) => deriveStanza(stanza, isOwn, own, suite)));
    } else {
      lines.push(...text.split('\n').map((line) => deriveLine(line, isOwn, own, suite)));
    }
  }
  const found = { stanzas: stanzas.filter(Boolean), lines: lines.filter(Boolean) };
  if (found.stanzas.length + found.lines.length === 0) {
    throw new LabError(`apt on this machine has no source of ${own} to derive ${suite} from: the lab needs Debian's archive`, 3);
  }
  return found;
}

function sourceFiles() {
  const parts = '/etc/apt/sources.list.d';
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name)) : [];
  return ['/etc/apt/sources.list', ...names.map((name) => join(parts, name))].filter((file) => existsSync(file));
}

// The suite of development has no security and no updates suite beside it.
const isServed = (name) => !/^sid./.test(name);

function deriveStanza(stanza, isOwn, own, suite) {
  const suites = /^Suites:\s*(.*)$/m.exec(stanza)?.[1].split(/\s+/).filter(isOwn) ?? [];
  const wanted = suites.map((name) => name.replace(own, suite)).filter(isServed);
  if (wanted.length === 0 || !/^Types:.*\bdeb\b/m.test(stanza) || !/^Components:.*\bmain\b/m.test(stanza)) {
    return undefined;
  }
  return stanza
    .replace(/^Types:.*$/m, 'Types: deb')
    .replace(/^Components:.*$/m, 'Components: main')
    .replace(/^Suites:.*$/m, `Suites: ${wanted.join(' ')}`)
    .trim();
}

function deriveLine(line, isOwn, own, suite) {
  const match = /^deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
  if (match === null || !isOwn(match[3]) || !isServed(match[3].replace(own, suite)) || !/\bmain\b/.test(match[4])) {
    return undefined;
  }
  return `deb ${match[1] ?? ''}${match[2]} ${match[3].replace(own, suite)} main`;
}
