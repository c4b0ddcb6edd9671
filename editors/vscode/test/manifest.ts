import * as assert from 'node:assert';
import * as vscode from 'vscode';

import { SERVER_COMMANDS } from '../src/commands';
import { extension } from './window';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    keybindings: { command: string; key: string }[];
    menus: Record<string, { command: string }[]>;
    viewsWelcome: { contents: string }[];
  };
}

suite('Manifest', () => {
  const { contributes } = vscode.extensions.getExtension('alphacode-lsp.alphacode-lsp')?.packageJSON as Manifest;
  const declared = contributes.commands.map(({ command }) => command);

  test('every declared command is there, and every command that is used is declared', async () => {
    await extension();
    const registered = await vscode.commands.getCommands(true);
    assert.deepStrictEqual(declared.filter(id => !registered.includes(id)), []);
    const menus = Object.values(contributes.menus).flat();
    const used = [...menus, ...contributes.keybindings].map(({ command }) => command);
    for (const { contents } of contributes.viewsWelcome) {
      used.push(...[...contents.matchAll(/\(command:([\w.]+)\)/g)].map(match => match[1] ?? ''));
    }
    assert.deepStrictEqual(used.filter(id => !declared.includes(id)), []);
  });

  test('the server advertises no command, and answers those that are passed on', async () => {
    const { server } = await extension();
    assert.deepStrictEqual(server.capabilities?.executeCommandProvider?.commands ?? [], []);
    for (const id of Object.keys(SERVER_COMMANDS)) {
      // A field that no command has: the answer is about the field, not about the command.
      await assert.rejects(server.ask(id, { nothing: 1 }), /nothing: unknown key/, id);
    }
  });

  test('keys are below one chord', () => {
    for (const { key } of contributes.keybindings) assert.match(key, /^ctrl\+alt\+a [a-z]$/);
  });

  test('a folder cannot say what is started, or where things are sent', () => {
    for (const key of ['server.path', 'server.interpreter', 'server.args', 'backend.url', 'backend.tokenCommand']) {
      assert.strictEqual(settingOf(`alphacode.${key}`).scope, 'machine', key);
    }
    assert.strictEqual(settingOf('alphacode.solve.samples').scope, 'resource');
  });
});

function settingOf(key: string): { scope: string } {
  const manifest = vscode.extensions.getExtension('alphacode-lsp.alphacode-lsp')?.packageJSON;
  const sections = manifest.contributes.configuration as { properties: Record<string, { scope: string }> }[];
  const setting = sections.map(({ properties }) => properties[key]).find(Boolean);
  assert.ok(setting, key);
  return setting;
}
