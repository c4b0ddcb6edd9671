/** What the tests do in their window. */

import * as assert from 'node:assert';
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Api } from '../src/extension';

export async function extension(): Promise<Api> {
  const found = vscode.extensions.getExtension<Api>('alphacode-lsp.alphacode-lsp');
  assert.ok(found);
  return found.activate();
}

export async function open(name: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder.uri.fsPath, name)));
  return editor.document;
}

/** Looks whenever something has changed; mocha's time limit ends it. */
export async function until<Value>(
  changes: vscode.Event<unknown>,
  look: () => Value | undefined | false,
): Promise<Value> {
  for (;;) {
    const change = new Promise<void>(resolve => {
      const subscription = changes(() => {
        subscription.dispose();
        resolve();
      });
    });
    const value = look();
    if (value !== undefined && value !== false) return value;
    await change;
  }
}

export async function replace(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  edit.replace(document.uri, whole, text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
