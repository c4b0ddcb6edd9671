import * as assert from 'node:assert';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { discover, isAtLeast } from '../src/discovery';
import type { ServerSettings } from '../src/discovery';

suite('Discovery', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alphacode-'));
  const path = process.env['PATH'];
  teardown(() => (process.env['PATH'] = path));

  /** A program that says this version, whatever it is asked. */
  function program(name: string, version: string): string {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho "alphacode-lsp ${version}"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  const defaults: ServerSettings = { path: '', interpreter: [], importStrategy: 'useBundled', args: [] };

  async function check(given: Partial<ServerSettings>, expected: string, python?: string, libs = '') {
    const settings = { ...defaults, ...given };
    const lines: string[] = [];
    const found = await discover({
      settings,
      bundledLibs: libs || join(folder, 'none'),
      interpreter: () => Promise.resolve(python),
      log: line => lines.push(line),
    });
    assert.strictEqual(found.kind === 'absent' ? found.reason : `${found.kind}: ${found.launch.origin}`, expected);
    return lines;
  }

  test('goes by the order of the settings, and logs each step', async () => {
    const server = program('server', '9.9.9');
    const python = program('python', '9.9.9');
    const libs = join(folder, 'libs');
    mkdirSync(libs);
    await check({ path: server, interpreter: [python] }, 'found: alphacode.server.path');
    await check({ interpreter: [python] }, 'found: alphacode.server.interpreter');
    await check({}, 'found: bundled libraries', python, libs);
    await check({ importStrategy: 'fromEnvironment' }, "found: the Python extension's interpreter", python, libs);
    process.env['PATH'] = `${folder}:${path}`;
    program('alphacode-lsp', '9.9.9');
    const lines = await check({}, 'found: PATH');
    assert.deepStrictEqual(lines, ['bundled libraries: none in use', 'PATH: alphacode-lsp --version -> 9.9.9']);
  });

  test('what the user named decides, also when it does not work', async () => {
    await check({ path: join(folder, 'missing') }, '`alphacode.server.path` does not start');
  });

  test('an old server is told from none', async () => {
    await check({ path: program('old', '0.0.9') }, 'old: alphacode.server.path');
    assert.ok(isAtLeast('0.10.0', '0.9.1') && isAtLeast('0.1.0rc1', '0.1.0') && !isAtLeast('0.0.9', '0.1.0'));
  });
});
