/** What the server knows about the active document, fetched once for all views whenever it has changed. */

import * as vscode from 'vscode';

import type { ActiveDocument } from './activeDocument';
import type { Candidates, Problem } from './messages';
import type { Server } from './server';

/** The active document with its problem and the newest search for it. */
export interface Shown {
  uri: string;
  problem: Problem;
  search: Candidates;
}

export class Problems implements vscode.Disposable {
  shown: Shown | undefined;

  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private fetching = false;
  private isStale = false;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly active: ActiveDocument,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = (): void => this.refresh();
    this.subscriptions = [
      server.onDidChange(refresh),
      active.onDidChange(refresh),
      vscode.workspace.onDidSaveTextDocument(refresh), // It may be the statement.
    ];
    this.refresh();
  }

  /** The document that a command is about: the one shown, whether or not the server has been asked yet. */
  get uri(): string | undefined {
    return this.active.uri?.toString();
  }

  dispose(): void {
    for (const part of [...this.subscriptions, this.changed]) part.dispose();
  }

  /** One fetch at a time; what changes meanwhile makes one more. */
  private refresh(): void {
    this.isStale = true;
    if (!this.fetching) void this.fetchAll();
  }

  private async fetchAll(): Promise<void> {
    this.fetching = true;
    while (this.isStale) {
      this.isStale = false;
      this.shown = await this.fetch();
      this.setContext();
      this.changed.fire();
    }
    this.fetching = false;
  }

  private async fetch(): Promise<Shown | undefined> {
    const uri = this.uri;
    if (uri === undefined || this.server.state !== 'running') return undefined;
    try {
      const [problem, search] = await Promise.all([
        this.server.ask<Problem>('alphacode.problem', { uri }),
        this.server.ask<Candidates>('alphacode.candidates', { uri }),
      ]);
      return { uri, problem, search };
    } catch (error) {
      this.log.warn(`the views cannot be brought up to date: ${String(error)}`);
      return undefined;
    }
  }

  private setContext(): void {
    const running = this.shown?.search.state;
    const contexts = {
      'alphacode.hasProblem': this.shown?.problem.title !== undefined,
      'alphacode.hasCandidates': (this.shown?.search.candidates.length ?? 0) > 0,
      'alphacode.isSolving': running === 'starting' || running === 'running',
    };
    for (const [name, value] of Object.entries(contexts)) {
      void vscode.commands.executeCommand('setContext', name, value);
    }
  }
}
