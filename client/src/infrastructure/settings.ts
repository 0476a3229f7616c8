// The settings the server understands, made absolute: what the user wrote may be relative or start with `~`.
import * as path from 'node:path';

/** Keys of the section `vaquest` and of `initializationOptions`. */
export interface ServerSettings {
  readonly vmlinux: string;
  readonly debugDirectories: readonly string[];
  readonly sourceRoots: readonly string[];
  readonly sourceMap: Readonly<Record<string, string>>;
  readonly ruleFiles: readonly string[];
  readonly inlayHints: boolean;
}

/** Where relative paths start. */
export interface SettingsBase {
  readonly home: string;
  /** First folder of the workspace; undefined without one. */
  readonly workspaceFolder: string | undefined;
}

/** Turns values as written in settings into the server's; values of a wrong type count as absent. */
export function toServerSettings(raw: Readonly<Record<string, unknown>>, base: SettingsBase): ServerSettings {
  const vmlinux = typeof raw.vmlinux === 'string' ? raw.vmlinux.trim() : '';
  return {
    vmlinux: vmlinux === '' ? '' : toAbsolutePath(vmlinux, base),
    debugDirectories: toPaths(raw.debugDirectories, base),
    sourceRoots: toPaths(raw.sourceRoots, base),
    sourceMap: toMap(raw.sourceMap, base),
    ruleFiles: toPaths(raw.ruleFiles, base),
    inlayHints: raw.inlayHints !== false,
  };
}

/** Answers one item of `workspace/configuration`: the section, one key of it, or null for what is not VaQuest's. */
export function settingOf(settings: ServerSettings, section: string | undefined): unknown {
  if (section === 'vaquest') {
    return settings;
  }
  const key = section?.startsWith('vaquest.') === true ? section.slice('vaquest.'.length) : '';
  return new Map<string, unknown>(Object.entries(settings)).get(key) ?? null;
}

/** Expands `~`, `${userHome}` and `${workspaceFolder}`; a relative path starts at the workspace folder. */
export function toAbsolutePath(written: string, base: SettingsBase): string {
  const start = base.workspaceFolder ?? base.home;
  const expanded = written
    .replace(/^~(?=$|\/)/, () => base.home)
    .replaceAll('${userHome}', () => base.home)
    .replaceAll('${workspaceFolder}', () => start);
  return path.resolve(start, expanded);
}

function toPaths(value: unknown, base: SettingsBase): string[] {
  if (!Array.isArray(value)) {
    return [];
  }
  return value
    .filter((item): item is string => typeof item === 'string' && item.trim() !== '')
    .map((item) => toAbsolutePath(item.trim(), base));
}

function toMap(value: unknown, base: SettingsBase): Record<string, string> {
  const result: Record<string, string> = {};
  if (typeof value === 'object' && value !== null) {
    for (const [prefix, directory] of Object.entries(value)) {
      if (typeof directory === 'string' && directory.trim() !== '') {
        result[prefix] = toAbsolutePath(directory.trim(), base);
      }
    }
  }
  return result;
}
