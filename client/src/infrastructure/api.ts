// What the extension offers to other extensions and to tests.
import type { Uri } from 'vscode';
import type { DumpSessions } from './dump-sessions';
import type { LanguageServer } from './language-server';
import { framesMethod, type FramesResult } from './protocol';
import type { StatusBoard, StatusText } from './status';

export interface VaQuestApi {
  /** Opens a dump; answers the address of its report, and throws a sentence when it cannot be opened. */
  openDump(file: Uri): Promise<string>;
  closeDump(file: Uri): Promise<void>;
  /** The frames of the panic stack of an open dump. */
  frames(reportUri: string): Promise<FramesResult>;
  /** What the language status says of the dump whose document was last in front: `debugInformation` and `source`. */
  languageStatus(): Readonly<Record<string, StatusText>>;
}

export function createApi(server: LanguageServer, sessions: DumpSessions, statuses: StatusBoard): VaQuestApi {
  return {
    async openDump(file) {
      const { state } = await sessions.openDump(file, false);
      if (state.kind === 'open') {
        return state.result.uri;
      }
      throw new Error(state.kind === 'failed' ? state.message : `${file.fsPath} was not opened: ${state.kind}.`);
    },
    closeDump: (file) => sessions.closeDump(file),
    async frames(uri) {
      const client = await server.client();
      return client.sendRequest<FramesResult>(framesMethod, { uri });
    },
    languageStatus: () => statuses.texts,
  };
}
