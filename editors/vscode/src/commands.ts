/**
 * All command ids. The server's own are registered here too, as the server does not advertise them to this extension:
 * a palette call brings no arguments, and while there is no server there is a way out to offer.
 */

import * as vscode from 'vscode';

import type { Row } from './candidatesView';
import { describe } from './errors';
import { offerServer } from './install';
import type { Candidate, Comparison } from './messages';
import { TestRow } from './problemView';
import type { Problems } from './problems';
import type { Server } from './server';
import { mayAct } from './trust';

/** The server's commands by what they need: a document, and for some a trusted folder to do what is said here. */
export const SERVER_COMMANDS: Readonly<Record<string, { document?: true; acts?: string }>> = {
  'alphacode.solve': { document: true, acts: 'solving' },
  'alphacode.cancel': {},
  'alphacode.candidates': { document: true },
  'alphacode.applyCandidate': { document: true },
  'alphacode.previewCandidate': { document: true },
  'alphacode.compare': { document: true },
  'alphacode.report': { document: true },
  'alphacode.problem': { document: true },
  'alphacode.test': { document: true, acts: 'running programs' },
  'alphacode.cancelTest': { document: true },
  'alphacode.showTest': { document: true },
  'alphacode.stress': { document: true, acts: 'running programs' },
  'alphacode.addTest': { document: true, acts: 'adding a test' },
  'alphacode.promoteTest': { document: true, acts: 'promoting a test' },
  'alphacode.bindProblem': { document: true, acts: 'binding a statement' },
  'alphacode.createProblem': { document: true, acts: 'making a statement' },
  'alphacode.reread': { document: true },
  'alphacode.companion': { acts: 'receiving problems' },
  'alphacode.status': {},
  'alphacode.reconnect': { acts: 'connecting' },
  'alphacode.doctor': {},
  'alphacode.confirmContestOver': { document: true },
};

type Argument = Record<string, unknown>;
type Target = Pick<Candidate, 'rank' | 'sha256'>;
type Handler = (argument?: unknown) => unknown;

export class Commands {
  constructor(
    private readonly server: Server,
    private readonly problems: Problems,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  register(): vscode.Disposable[] {
    const own: Record<string, Handler> = {
      'alphacode.cancel': given => this.ask('alphacode.cancel', { uri: this.problems.uri, ...argumentOf(given) }),
      'alphacode.candidates': argument => this.showCandidates(argument),
      'alphacode.compare': argument => this.compare(argument),
      'alphacode.runCandidate': argument => this.runCandidate(argument),
      'alphacode.createProblem': argument => this.createProblem(argument),
      'alphacode.bindProblem': argument => this.bindProblem(argument),
      'alphacode.companion': (argument = { action: 'receive' }) => this.ask('alphacode.companion', argument),
      'alphacode.applyBest': () => this.ask('alphacode.applyCandidate', { rank: 1 }),
      'alphacode.restartServer': () => this.server.restart(),
      'alphacode.showLog': () => this.log.show(),
      'alphacode.showServerLog': () => this.server.showServerLog(),
    };
    return [...new Set([...Object.keys(SERVER_COMMANDS), ...Object.keys(own)])].map(id =>
      vscode.commands.registerCommand(id, own[id] ?? (argument => this.ask(id, argument))),
    );
  }

  /** Send a command on, with the active document where it names none. */
  async ask<Answer>(id: string, given?: unknown): Promise<Answer | undefined> {
    const { document, acts } = SERVER_COMMANDS[id] ?? {};
    if (acts !== undefined && !mayAct(acts)) return undefined;
    const argument = argumentOf(given);
    if (document && argument['uri'] === undefined) {
      const uri = this.problems.uri;
      if (uri === undefined) return offerSample();
      argument['uri'] = uri;
    }
    if (this.server.state === 'starting') await this.server.start();
    if (this.server.state !== 'running') {
      await this.sayNoServer();
      return undefined;
    }
    try {
      return await this.server.ask<Answer>(id, argument);
    } catch (error) {
      void vscode.window.showErrorMessage(`AlphaCode: ${describe(error)}`);
      return undefined;
    }
  }

  private async showCandidates(argument: unknown): Promise<unknown> {
    const isQuestion = argument !== undefined && argumentOf(argument)['show'] !== true;
    if (isQuestion) return this.ask('alphacode.candidates', argument);
    await vscode.commands.executeCommand('alphacode.candidates.focus');
    return undefined;
  }

  private async runCandidate(row: unknown): Promise<unknown> {
    if (!isRow(row)) return undefined;
    return this.ask('alphacode.test', { uri: row.uri, target: targetOf(row.candidate) });
  }

  private async createProblem(given: unknown): Promise<unknown> {
    const argument = argumentOf(given);
    argument['text'] ??= await vscode.env.clipboard.readText();
    return this.ask('alphacode.createProblem', argument);
  }

  private async bindProblem(given: unknown): Promise<unknown> {
    const argument = argumentOf(given);
    if (argument['statement'] === undefined) {
      const filters = { Statements: ['md', 'txt', 'html', 'tex'] };
      const chosen = await vscode.window.showOpenDialog({ title: 'The statement of this program', filters });
      if (!chosen?.[0]) return undefined;
      argument['statement'] = chosen[0].toString();
    }
    return this.ask('alphacode.bindProblem', argument);
  }

  /** The buffer, or another candidate, beside a candidate: in the editor's own diff. */
  private async compare(given: unknown): Promise<void> {
    const argument = argumentOf(given);
    if (argument['right'] === undefined) {
      const left = isRow(given) ? 'buffer' : await this.pick('Compare which candidate?', true);
      const right = isRow(given) ? targetOf(given.candidate) : await this.pick('With which one?', false);
      if (left === undefined || right === undefined) return;
      Object.assign(argument, { left, right });
    }
    const { uri, left = 'buffer', right } = argument;
    const about = { ...(uri ? { uri } : {}), left, right };
    const sides = await this.ask<Comparison>('alphacode.compare', { ...about, show: false });
    if (!sides?.left || !sides.right) return;
    const uris = [sides.left, sides.right].map(side => vscode.Uri.parse(side));
    await vscode.commands.executeCommand('vscode.diff', ...uris, `${nameOf(left)} ↔ ${nameOf(right)}`);
  }

  /** A candidate, or `buffer` where that is offered. */
  private async pick(placeHolder: string, withBuffer: boolean): Promise<Target | 'buffer' | undefined> {
    const candidates: Candidate[] = this.problems.shown?.search.candidates ?? [];
    const items = candidates.map(one => ({ label: one.title, value: targetOf(one) as Target | 'buffer' }));
    if (withBuffer) items.unshift({ label: 'My program', value: 'buffer' });
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.value;
  }

  private async sayNoServer(): Promise<void> {
    if (this.server.discovery?.kind !== 'found') return offerServer(this.server, this.log);
    const [restart, show] = ['Restart Server', 'Show Log'];
    const message = 'AlphaCode: the language server is not running.';
    const chosen = await vscode.window.showErrorMessage(message, restart, show);
    if (chosen === restart) await this.server.restart();
    if (chosen === show) this.server.showServerLog();
  }
}

/** What a lens, a row of a view, a key or the palette passes, as the server's one object. */
function argumentOf(given: unknown): Argument {
  if (isRow(given)) return { uri: given.uri, rank: given.candidate.rank, sha256: given.candidate.sha256 };
  if (given instanceof TestRow) return { uri: given.uri, test: given.number };
  return typeof given === 'object' && given !== null && !(given instanceof vscode.Uri) ? { ...given } : {};
}

function isRow(given: unknown): given is Row {
  return typeof given === 'object' && given !== null && 'candidate' in given;
}

/** The very program that was listed: by the time it is asked for, its rank may be another's. */
function targetOf({ rank, sha256 }: Candidate): Target {
  return { rank, sha256 };
}

function nameOf(side: unknown): string {
  const rank = typeof side === 'object' && side !== null && 'rank' in side ? side.rank : side;
  return typeof rank === 'number' ? `AlphaCode ${String(rank).padStart(2, '0')}` : 'My program';
}

async function offerSample(): Promise<undefined> {
  const open = 'Open the Sample';
  const message = 'AlphaCode: open a program or its statement first.';
  const chosen = await vscode.window.showInformationMessage(message, open);
  if (chosen === open) await vscode.commands.executeCommand('alphacode.openSample');
  return undefined;
}
