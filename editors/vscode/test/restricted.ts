import * as assert from 'node:assert';
import * as vscode from 'vscode';

import type { Problem } from '../src/messages';
import { extension, open, replace, until } from './window';

suite('Restricted mode', () => {
  test('shows the problem, and runs and sends nothing', async () => {
    assert.strictEqual(vscode.workspace.isTrusted, false);
    const { server, problems } = await extension();
    await open('main.py');
    await until(problems.onDidChange, () => problems.shown?.problem.title === 'Balanced Brackets');
    for (const command of ['alphacode.solve', 'alphacode.test']) {
      assert.strictEqual(await vscode.commands.executeCommand(command), undefined);
    }
    const { searches } = await server.ask<{ searches: unknown[] }>('alphacode.status');
    assert.deepStrictEqual(searches, []);
    assert.deepStrictEqual(problems.shown?.problem.running, []);
  });

  test('runs nothing on save, though its user wants that of other folders', async () => {
    const { server } = await extension();
    const document = await open('main.py');
    await replace(document, 'print(1)\n');
    assert.ok(await document.save());
    const uri = document.uri.toString();
    const { running, runs } = await server.ask<Problem>('alphacode.problem', { uri });
    assert.deepStrictEqual([running, runs], [[], []]);
  });
});
