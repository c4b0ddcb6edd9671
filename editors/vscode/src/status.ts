/** One entry in the status bar, and one beside the language: how things are, and a list with the fix first. */

import * as vscode from 'vscode';

import { LANGUAGES } from './languages';
import type { BackendStatus, Candidates } from './messages';
import type { Problems } from './problems';
import type { Server, ServerState } from './server';

/** What the entries show. */
export interface Presentation {
  text: string;
  /** What is wrong, or goes on. */
  detail: string;
  /** What its user can do, where the first action alone does not say it. */
  remedy: string;
  severity: vscode.LanguageStatusSeverity;
  /** Command ids, the fix first. */
  actions: string[];
}

const ALWAYS = ['alphacode.connect', 'alphacode.doctor', 'alphacode.showLog', 'alphacode.showServerLog'];

const ACTIONS: Record<string, string> = {
  'alphacode.installServer': '$(desktop-download) Install or update the language server',
  'alphacode.restartServer': '$(debug-restart) Restart the language server',
  'alphacode.reconnect': '$(refresh) Try the backend again',
  'alphacode.connect': '$(plug) Connect to a backend ...',
  'alphacode.cancel': '$(debug-stop) Cancel solving',
  'alphacode.solve': '$(sparkle) Solve this problem',
  'alphacode.doctor': '$(pulse) Run the doctor',
  'alphacode.showLog': "$(output) Show the extension's log",
  'alphacode.showServerLog': "$(output) Show the server's log",
};

export class Status implements vscode.Disposable {
  private readonly bar = vscode.window.createStatusBarItem('alphacode.status', vscode.StatusBarAlignment.Right, 50);
  private readonly item: vscode.LanguageStatusItem;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly problems: Problems,
  ) {
    const selector = LANGUAGES.map(language => ({ language }));
    this.item = vscode.languages.createLanguageStatusItem('alphacode.status', selector);
    this.item.name = this.bar.name = 'AlphaCode';
    this.item.command = { title: 'Actions', command: 'alphacode.showStatus' };
    this.bar.command = 'alphacode.showStatus';
    this.subscriptions = [
      server.onDidChange(() => this.update()),
      problems.onDidChange(() => this.update()),
      vscode.commands.registerCommand('alphacode.showStatus', () => this.choose()),
    ];
    this.update();
    this.bar.show();
  }

  dispose(): void {
    for (const part of [...this.subscriptions, this.bar, this.item]) part.dispose();
  }

  private get shown(): Presentation {
    return presentationOf(this.server.state, this.server.backend, this.problems.shown?.search);
  }

  private update(): void {
    const { text, detail, remedy, severity } = this.shown;
    this.bar.text = this.item.text = text;
    this.bar.tooltip = this.item.detail = [detail, remedy].filter(Boolean).join('. ');
    this.item.severity = severity;
    const isWell = severity === vscode.LanguageStatusSeverity.Information;
    this.bar.backgroundColor = isWell ? undefined : new vscode.ThemeColor('statusBarItem.warningBackground');
  }

  private async choose(): Promise<void> {
    const { actions, detail, remedy } = this.shown;
    const items = actions.map((id, index) => ({ label: ACTIONS[id] ?? id, id, detail: index ? '' : remedy }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'AlphaCode', placeHolder: detail });
    if (chosen) await vscode.commands.executeCommand(chosen.id);
  }
}

export function presentationOf(server: ServerState, backend?: BackendStatus, search?: Candidates): Presentation {
  if (server !== 'running') return ofServer(server);
  if (search?.state === 'starting' || search?.state === 'running') return ofSearch(search);
  return ofBackend(backend);
}

function ofServer(server: Exclude<ServerState, 'running'>): Presentation {
  switch (server) {
    case 'starting':
      return presentation('loading~spin', '', 'Starting the language server');
    case 'absent':
      return presentation('error', 'not installed', 'No language server was found', 'Error', 'alphacode.installServer');
    case 'old':
      return presentation('error', 'too old', 'The language server is too old', 'Error', 'alphacode.installServer');
    case 'stopped':
      return presentation('error', 'stopped', 'The language server stopped', 'Error', 'alphacode.restartServer');
  }
}

function ofSearch({ percent = 0, text = '' }: Candidates): Presentation {
  return presentation('loading~spin', `${percent}%`, text, 'Normal', 'alphacode.cancel');
}

function ofBackend(backend?: BackendStatus): Presentation {
  return { ...ofState(backend?.state, backend?.message ?? ''), remedy: backend?.remedy ?? '' };
}

function ofState(state: BackendStatus['state'] | undefined, detail: string): Presentation {
  switch (state) {
    case undefined:
    case 'connecting':
      return presentation('loading~spin', '', detail || 'Connecting to the backend');
    case 'ready':
    case 'busy':
      return presentation('sparkle', '', detail, 'Normal', 'alphacode.solve');
    case 'down':
      return presentation('warning', 'backend down', detail, 'Warning', 'alphacode.reconnect');
    case 'unconfigured':
      return presentation('plug', 'no backend', detail, 'Warning', 'alphacode.connect');
    case 'unauthorized':
      return presentation('key', 'unauthorized', detail, 'Error', 'alphacode.connect');
    case 'incompatible':
      return presentation('warning', 'incompatible', detail, 'Error', 'alphacode.doctor');
  }
}

function presentation(
  icon: string,
  word: string,
  detail: string,
  kind: BackendStatus['kind'] = 'Normal',
  fix?: string,
): Presentation {
  const { Information, Warning, Error } = vscode.LanguageStatusSeverity;
  return {
    text: `$(${icon}) ${word ? `AlphaCode: ${word}` : 'AlphaCode'}`,
    detail,
    remedy: '',
    severity: { Normal: Information, Inactive: Information, Warning, Error }[kind],
    actions: [...(fix ? [fix] : []), ...ALWAYS.filter(id => id !== fix)],
  };
}
