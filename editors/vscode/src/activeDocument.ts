/** The document that the views are about: the program or statement that was looked at last. */

import * as vscode from 'vscode';

import { isOurs } from './languages';

export class ActiveDocument implements vscode.Disposable {
  private document: vscode.TextDocument | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(editor => this.look(editor)),
      vscode.workspace.onDidCloseTextDocument(closed => closed === this.document && this.show(undefined)),
    ];
    this.look(vscode.window.activeTextEditor);
  }

  get uri(): vscode.Uri | undefined {
    return this.document?.uri;
  }

  dispose(): void {
    for (const part of [...this.subscriptions, this.changed]) part.dispose();
  }

  /** A view, a log or a preview in front leaves things as they are. */
  private look(editor: vscode.TextEditor | undefined): void {
    if (editor && isProblemDocument(editor.document)) this.show(editor.document);
  }

  private show(document: vscode.TextDocument | undefined): void {
    if (document === this.document) return;
    this.document = document;
    void vscode.commands.executeCommand('setContext', 'alphacode.hasDocument', document !== undefined);
    this.changed.fire();
  }
}

export function isProblemDocument(document: vscode.TextDocument): boolean {
  return isOurs(document.languageId) && (document.uri.scheme === 'file' || document.uri.scheme === 'untitled');
}
