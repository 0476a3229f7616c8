// Writes settings where they take effect: the workspace when it is trusted and has folders, else the user's.
import * as vscode from 'vscode';

/** Sets `vaquest.<key>`. */
export async function updateSetting(key: string, value: unknown): Promise<void> {
  const hasWorkspace = (vscode.workspace.workspaceFolders?.length ?? 0) > 0 && vscode.workspace.isTrusted;
  const target = hasWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('vaquest').update(key, value, target);
}

/** The effective value of a list setting, as written. */
export function readList(key: string): readonly string[] {
  const value: unknown = vscode.workspace.getConfiguration('vaquest').get(key);
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
