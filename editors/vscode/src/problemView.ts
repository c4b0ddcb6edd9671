/** The tree that says what the active document's problem is taken to be, and why: a wrong one fails silently. */

import * as vscode from 'vscode';

import { iconOf } from './candidatesView';
import { passes } from './messages';
import type { Problem, Run, TestCase } from './messages';
import type { Problems } from './problems';

/** A row and the rows below it. */
interface Row {
  item: vscode.TreeItem;
  rows: Row[];
}

/** The row of a test, which commands can be about. */
export class TestRow implements Row {
  readonly rows: Row[] = [];

  constructor(
    readonly uri: string,
    readonly number: number,
    readonly item: vscode.TreeItem,
  ) {}
}

export class ProblemView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly tree: vscode.TreeView<Row>;

  constructor(private readonly problems: Problems) {
    this.onDidChangeTreeData = problems.onDidChange;
    this.tree = vscode.window.createTreeView('alphacode.problem', { treeDataProvider: this });
  }

  getChildren(row?: Row): Row[] {
    if (row) return row.rows;
    const shown = this.problems.shown;
    return shown?.problem.title === undefined ? [] : rowsOf(shown.problem, shown.uri);
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.item;
  }

  dispose(): void {
    this.tree.dispose();
  }
}

function rowsOf(problem: Problem, uri: string): Row[] {
  const run = problem.runs.find(run => run.target === (problem.target ?? uri));
  return [statementRow(problem), limitsRow(problem), testsRow(problem.tests, uri, run), ...(run ? [runRow(run)] : [])];
}

function statementRow({ title, statement, reason }: Problem): Row {
  const row = plainRow(title ?? 'Statement', reason ?? '', 'book');
  if (statement !== null) {
    const target = vscode.Uri.parse(statement);
    row.item.tooltip = `${vscode.workspace.asRelativePath(target)}${reason ? `: ${reason}` : ''}`;
    row.item.command = { title: 'Open', command: 'vscode.open', arguments: [target, { preview: true }] };
  }
  return row;
}

function limitsRow({ timeLimitMs, memoryLimitMb }: Problem): Row {
  const time = timeLimitMs ? `${timeLimitMs / 1000} s` : 'no time limit named';
  const memory = memoryLimitMb ? `${memoryLimitMb} MB` : 'no memory limit named';
  return plainRow('Limits', `${time} · ${memory}`, 'dashboard');
}

function testsRow(tests: TestCase[], uri: string, run: Run | undefined): Row {
  const rows = tests.map(test => testRow(test, uri, run));
  const row = plainRow('Examples', rows.length ? String(rows.length) : 'none could be read', 'beaker', rows);
  row.item.collapsibleState = rows.length
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.None;
  return row;
}

/** A click opens how the test ended, or before it was run the file it is in. */
function testRow(test: TestCase, uri: string, run: Run | undefined): TestRow {
  const { number, source, input, expected } = test;
  const result = run?.tests.find(result => result.number === number);
  const facts = result ? [result.verdict, `${result.timeMs} ms`] : [];
  const { item } = plainRow(`Example ${number}`, [...facts, source].join(' · '), 'symbol-string');
  if (result) item.iconPath = iconOf(passes(result.verdict));
  if (!test.filters) item.contextValue = 'ownTest';
  item.tooltip = new vscode.MarkdownString()
    .appendMarkdown('Input')
    .appendCodeblock(input, 'text')
    .appendMarkdown('Expected')
    .appendCodeblock(expected ?? '(not known)', 'text');
  if (result) item.command = { title: 'Show', command: 'alphacode.showTest', arguments: [{ uri, test: number }] };
  else if (test.uri !== null)
    item.command = { title: 'Open', command: 'vscode.open', arguments: [vscode.Uri.parse(test.uri)] };
  return new TestRow(uri, number, item);
}

function runRow(run: Run): Row {
  const result = run.verdict === 'CE' ? 'does not compile' : `${run.passed}/${run.total} pass`;
  const row = plainRow(`Last run of ${run.title}`, run.stale ? `${result}, before the last edit` : result, 'history');
  if (!run.stale) row.item.iconPath = iconOf(passes(run.verdict));
  return row;
}

function plainRow(label: string, description: string, icon: string, rows: Row[] = []): Row {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  return { item, rows };
}
