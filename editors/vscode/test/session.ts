import * as assert from 'node:assert';
import * as vscode from 'vscode';

import { extension, open, replace, until } from './window';

const RIGHT = /^AlphaCode \d\d: 1\/1 examples/;

suite('Session', () => {
  test('solves, lists, applies, compares, and tells a program that fails', async () => {
    const { server, problems, examples } = await extension();
    const document = await open('main.py');
    const uri = document.uri.toString();
    await until(problems.onDidChange, () => problems.shown?.problem.title === 'Balanced Brackets');

    await vscode.commands.executeCommand('alphacode.solve');
    const search = await until(problems.onDidChange, () => {
      const found = problems.shown?.search;
      return found?.state === 'completed' && found;
    });
    assert.strictEqual(search.candidates.length, 10);
    for (const { title } of search.candidates) assert.match(title, RIGHT);

    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider', document.uri, whole, 'refactor.rewrite.alphacode', 20,
    );
    assert.strictEqual(actions.length, 10);
    const edit = actions[1]?.edit;
    assert.ok(edit && (await vscode.workspace.applyEdit(edit)));
    const both = { uri, left: 2, right: 1, show: false };
    const sides = await server.ask<{ left: string; right: string }>('alphacode.compare', both);
    const left = await vscode.workspace.openTextDocument(vscode.Uri.parse(sides.left));
    assert.strictEqual(left.uri.scheme, 'alphacode');
    assert.strictEqual(left.getText().trim(), document.getText().trim());

    await replace(document, 'input()\nprint("NO")\n');
    await vscode.commands.executeCommand('alphacode.test');
    const run = await until(problems.onDidChange, () =>
      problems.shown?.problem.runs.find(run => run.target === uri && !run.stale),
    );
    assert.deepStrictEqual([run.passed, run.total, run.tests[0]?.verdict], [0, 1, 'WA']);
    assert.match(vscode.languages.getDiagnostics(document.uri)[0]?.message ?? '', /^Example 1: WA/);
    assert.strictEqual(examples.items.get(uri)?.children.size, 1);
  });

  test('previews have lenses of their own', async () => {
    const { server, problems } = await extension();
    const best = { uri: problems.uri, rank: 1, show: false };
    const { uri } = await server.ask<{ uri: string }>('alphacode.previewCandidate', best);
    await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider', vscode.Uri.parse(uri),
    );
    assert.ok(lenses.some(lens => lens.command?.command === 'alphacode.applyCandidate'));
  });

  test('a server that is started again knows the same', async () => {
    const { server, problems } = await extension();
    await server.restart();
    assert.strictEqual(server.state, 'running');
    await until(problems.onDidChange, () => problems.shown?.problem.title === 'Balanced Brackets');
  });
});
