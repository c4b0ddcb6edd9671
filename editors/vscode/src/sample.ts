/** A problem to try things out with: a statement and an empty program, copied to where they may be edited. */

import * as vscode from 'vscode';

export async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'sample');
  const [statement, program] = ['problem.md', 'main.py'].map(name => vscode.Uri.joinPath(folder, name));
  if (!statement || !program) return;
  await vscode.workspace.fs.createDirectory(folder);
  for (const file of [statement, program]) await copyOnce(context, file);
  await vscode.window.showTextDocument(program, { viewColumn: vscode.ViewColumn.One, preview: false });
  const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false };
  await vscode.window.showTextDocument(statement, beside);
}

/** What the user has made of it stays. */
async function copyOnce({ extensionUri }: vscode.ExtensionContext, file: vscode.Uri): Promise<void> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  try {
    await vscode.workspace.fs.stat(file);
  } catch {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(extensionUri, 'sample', name), file);
  }
}
