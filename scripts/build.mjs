// build: makes dist/server/vaquest (self-contained: native, or ReadyToRun) and dist/client/extension.js.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { canLinkStatically, ensureNodeModules, has, npmCommand, root, run, runtimeIdentifier } from './lib/run.mjs';

const serverOnly = process.argv.includes('--server-only');

if (!has('dotnet')) {
  console.error('build: the .NET 10 SDK is not on PATH; install it from your distribution or from dotnet.microsoft.com, then run this again');
  process.exit(1);
}

const output = path.join(root, 'dist', 'server');
const common = [
  'publish', 'server/VaQuest.Lsp/VaQuest.Lsp.csproj', '--nologo', '-v', 'q', '-c', 'Release', '-r', runtimeIdentifier(), '--self-contained', 'true',
  '-p:DebugType=none', '-p:PublishDocumentationFiles=false', '-p:RunAnalyzers=false', '-p:EnforceCodeStyleInBuild=false', '-o', output,
];

async function publish(...kind) {
  rmSync(output, { recursive: true, force: true });
  return (await run('dotnet', [...common, ...kind])).code === 0;
}

/** One native executable, which starts five times as fast, where a C compiler can link a static program; else ReadyToRun with the runtime beside it. */
async function publishServer() {
  if (canLinkStatically()) {
    if (await publish('-p:PublishAot=true')) {
      rmSync(path.join(output, 'vaquest.dbg'), { force: true });
      return 'native';
    }
    console.log('build: the native executable could not be made (the messages above say why); making the slower ReadyToRun form instead');
  } else {
    console.log('build: no C compiler that links static Linux programs was found (gcc or clang with the C library): making the ReadyToRun form, which starts slower');
  }
  return (await publish('-p:PublishReadyToRun=true')) ? 'ReadyToRun' : undefined;
}

const kind = await publishServer();
if (kind === undefined) {
  console.error('build: the server did not build; the messages above say why');
  process.exit(1);
}

if (!serverOnly) {
  await ensureNodeModules();
  const [command, args] = npmCommand(['run', '--silent', 'build:client']);
  if ((await run(command, args)).code !== 0) {
    console.error('build: the client did not build; the messages above say why');
    process.exit(1);
  }
}

console.log(`built dist/server/vaquest (${kind})` + (serverOnly ? '' : ' and dist/client/extension.js'));
