/** The tree of ranked candidates, with a row below each for every example. */

import * as vscode from 'vscode';

import { shownLanguage } from './languages';
import { passes } from './messages';
import type { Candidate } from './messages';
import type { Problems } from './problems';

type Example = Candidate['examples'][number];

/** A row: a candidate, or how it did on an example. */
export interface Row {
  uri: string;
  candidate: Candidate;
  example?: Example;
}

export class CandidatesView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly tree: vscode.TreeView<Row>;
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly problems: Problems) {
    this.onDidChangeTreeData = problems.onDidChange;
    this.tree = vscode.window.createTreeView('alphacode.candidates', { treeDataProvider: this });
    this.subscription = problems.onDidChange(() => this.describe());
  }

  getChildren(row?: Row): Row[] {
    const shown = this.problems.shown;
    if (row) return row.candidate.examples.map(example => ({ ...row, example }));
    return shown?.search.candidates.map(candidate => ({ uri: shown.uri, candidate })) ?? [];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.example ? exampleItem(row.example) : candidateItem(row);
  }

  dispose(): void {
    this.subscription.dispose();
    this.tree.dispose();
  }

  /** The problem beside the view's name; above the rows what goes on, or how the search ended. */
  private describe(): void {
    const shown = this.problems.shown;
    this.tree.description = shown?.problem.title ?? '';
    const search = shown?.search;
    const isDone = search?.state === 'completed' && search.candidates.length > 0;
    if (search?.state && !isDone && search.text) this.tree.message = search.text;
    else delete this.tree.message;
  }
}

function candidateItem({ uri, candidate }: Row): vscode.TreeItem {
  const { rank, passed, total, cluster, score, language, examples } = candidate;
  const label = `${String(rank).padStart(2, '0')}  ${total ? `${passed}/${total}` : 'no examples'}`;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  const slowest = Math.max(0, ...examples.map(example => example.time_ms));
  const facts = [
    score !== null && `score ${score.toFixed(2)}`,
    cluster && `cluster ${cluster.size} (${Math.round(cluster.share * 100)}%)`,
    shownLanguage(language),
    examples.length > 0 && `${slowest} ms`,
  ];
  item.id = `${uri}#${candidate.sha256}`;
  item.description = facts.filter(Boolean).join(' · ');
  item.tooltip = candidate.title;
  item.contextValue = 'candidate';
  item.iconPath = iconOf(total > 0 && passed === total);
  const argument = { uri, rank, sha256: candidate.sha256 };
  item.command = { title: 'Open', command: 'alphacode.previewCandidate', arguments: [argument] };
  item.accessibilityInformation = { label: candidate.title };
  return item;
}

function exampleItem({ index, verdict, time_ms, difference }: Example): vscode.TreeItem {
  const item = new vscode.TreeItem(`Example ${index}: ${verdict}`);
  item.description = [`${time_ms} ms`, difference].filter(Boolean).join(' · ');
  item.iconPath = iconOf(passes(verdict));
  return item;
}

/** The icons of the test explorer, in its colours. */
export function iconOf(isRight: boolean): vscode.ThemeIcon {
  return isRight
    ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
    : new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
}
