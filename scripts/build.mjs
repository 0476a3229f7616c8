// build: makes dist/server/vaquest (self-contained, ReadyToRun) and dist/client/extension.js.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { ensureNodeModules, has, npmCommand, root, run, runtimeIdentifier } from './lib/run.mjs';

const serverOnly = process.argv.includes('--server-only');

if (!has('dotnet')) {
  console.error('build: the .NET 10 SDK is not on PATH; install it from your distribution or from dotnet.microsoft.com, then run this again');
  process.exit(1);
}

const output = path.join(root, 'dist', 'server');
rmSync(output, { recursive: true, force: true });
const publish = await run('dotnet', [
  'publish', 'server/VaQuest.Lsp/VaQuest.Lsp.csproj', '--nologo', '-v', 'q', '-c', 'Release', '-r', runtimeIdentifier(),
  '--self-contained', 'true', '-p:PublishReadyToRun=true', '-p:DebugType=none', '-p:PublishDocumentationFiles=false', '-p:RunAnalyzers=false', '-p:EnforceCodeStyleInBuild=false', '-o', output,
]);
if (publish.code !== 0) {
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

console.log('built dist/server/vaquest' + (serverOnly ? '' : ' and dist/client/extension.js'));
