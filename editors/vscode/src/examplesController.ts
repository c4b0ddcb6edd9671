/** The examples in the editor's own test explorer, which shows expected and actual output side by side. */

import * as vscode from 'vscode';

import { passes } from './messages';
import type { Problem, Run, TestResult } from './messages';
import type { Problems } from './problems';
import type { Server } from './server';

/** A run that the explorer has asked for and waits for. */
interface Pending {
  testRun: vscode.TestRun;
  uri: string;
  items: vscode.TestItem[];
}

export class ExamplesController implements vscode.Disposable {
  readonly controller = vscode.tests.createTestController('alphacode', 'AlphaCode examples');
  private readonly subscription: vscode.Disposable;
  private readonly pending = new Map<string, Pending>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly server: Server,
    private readonly problems: Problems,
  ) {
    const run = (request: vscode.TestRunRequest, stop: vscode.CancellationToken) => this.run(request, stop);
    this.controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, run, true);
    this.subscription = problems.onDidChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    for (const { testRun } of this.pending.values()) testRun.end();
    this.controller.dispose();
  }

  /** What is shown, and whatever else is waited for: its document may be behind another one by now. */
  private update(): void {
    const problem = this.problems.shown?.problem;
    if (problem?.target) this.settle(problem, problem.target);
    const waiting = new Set([...this.pending.values()].map(({ uri }) => uri));
    waiting.delete(problem?.target ?? '');
    for (const uri of waiting) void this.settleHidden(uri);
  }

  private async settleHidden(uri: string): Promise<void> {
    try {
      this.settle(await this.server.ask<Problem>('alphacode.problem', { uri }), uri);
    } catch {
      // Without a server nothing runs; its return is a change, and asks again.
    }
  }

  /** One entry for each program, its examples below it. */
  private settle(problem: Problem, target: string): void {
    const program = this.programItem(target, problem);
    for (const run of problem.runs.filter(run => run.target === target)) this.show(run, program);
    this.endLost(problem, target);
  }

  private programItem(target: string, problem: Problem): vscode.TestItem {
    const uri = vscode.Uri.parse(target);
    const label = vscode.workspace.asRelativePath(uri);
    const program = this.controller.items.get(target) ?? this.controller.createTestItem(target, label, uri);
    program.description = problem.title ?? '';
    program.range = new vscode.Range(0, 0, 0, 0);
    program.children.replace(
      problem.tests.map(({ number }) => {
        const id = `${target}#${number}`;
        return program.children.get(id) ?? this.controller.createTestItem(id, `Example ${number}`, uri);
      }),
    );
    if (problem.tests.length) this.controller.items.add(program);
    else this.controller.items.delete(target);
    return program;
  }

  private async run(request: vscode.TestRunRequest, stop: vscode.CancellationToken): Promise<void> {
    const wanted = request.include ?? [...this.controller.items].map(([, item]) => item);
    for (const program of new Set(wanted.map(item => item.parent ?? item))) {
      const items = childrenOf(program).filter(item => wanted.includes(item) || wanted.includes(program));
      await this.runProgram(program, items, this.controller.createTestRun(request), stop);
    }
  }

  private async runProgram(
    program: vscode.TestItem,
    items: vscode.TestItem[],
    testRun: vscode.TestRun,
    stop: vscode.CancellationToken,
  ): Promise<void> {
    const uri = program.id;
    for (const item of items) testRun.started(item);
    const argument = { uri, tests: items.map(numberOf) };
    try {
      const { run, reason } = await vscode.commands.executeCommand<{ run?: string; reason?: string }>(
        'alphacode.test',
        argument,
      ) ?? { reason: 'it was not started' };
      if (!run) throw new Error(reason);
      this.pending.set(run, { testRun, uri, items });
      stop.onCancellationRequested(() => void this.server.ask('alphacode.cancelTest', { uri }));
    } catch (error) {
      for (const item of items) testRun.errored(item, new vscode.TestMessage(String((error as Error).message)));
      testRun.end();
    }
  }

  /** Show a run once, also one that was started by a lens or a key. */
  private show(run: Run, program: vscode.TestItem): void {
    if (this.seen.has(run.run)) return;
    this.seen.add(run.run);
    const testRun = this.pending.get(run.run)?.testRun ?? this.quietRun(program);
    this.pending.delete(run.run);
    for (const item of childrenOf(program)) {
      const result = run.tests.find(({ number }) => number === numberOf(item));
      if (run.verdict === 'CE') testRun.errored(item, new vscode.TestMessage(run.compileOutput));
      else if (result && passes(result.verdict)) testRun.passed(item, result.timeMs);
      else if (result) testRun.failed(item, messageOf(result, item.uri), result.timeMs);
    }
    testRun.end();
  }

  private quietRun(program: vscode.TestItem): vscode.TestRun {
    return this.controller.createTestRun(new vscode.TestRunRequest([program], undefined, undefined, false, true));
  }

  /** Runs that ended without a result: cancelled, or the judge failed and has said so. */
  private endLost(problem: Problem, target: string): void {
    for (const [id, { testRun, uri, items }] of this.pending) {
      if (uri !== target || problem.running?.some(({ run }) => run === id)) continue;
      for (const item of items) testRun.skipped(item);
      testRun.end();
      this.pending.delete(id);
    }
  }
}

function childrenOf(program: vscode.TestItem): vscode.TestItem[] {
  return [...program.children].map(([, item]) => item);
}

function numberOf(item: vscode.TestItem): number {
  return Number(item.id.slice(item.id.lastIndexOf('#') + 1));
}

function messageOf(result: TestResult, uri?: vscode.Uri): vscode.TestMessage {
  const { number, verdict, difference, expected, actual, stderr } = result;
  const headline = [`Example ${number}: ${verdict}`, difference].filter(Boolean).join(', ');
  const text = [headline, stderr].filter(Boolean).join('\n');
  const message = expected === null ? new vscode.TestMessage(text) : vscode.TestMessage.diff(text, expected, actual);
  if (uri) message.location = new vscode.Location(uri, new vscode.Position(0, 0));
  return message;
}
