import * as assert from 'node:assert';
import * as vscode from 'vscode';

import { extension, open, until } from './window';

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
});
