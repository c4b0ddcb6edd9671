/**
 * Puts the language server and its libraries, all of them pure Python, into `bundled/libs`. A package made after that
 * works with any Python 3.11 and nothing else installed: `npm run libraries && npm run package`.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const target = fileURLToPath(new URL('../bundled/libs', import.meta.url));
const python = process.env.PYTHON ?? join(root, '.venv', 'bin', 'python');

// pip takes no hashes where one of the things to install is a folder.
const pinned = readFileSync(join(root, 'requirements', 'dev.txt'), 'utf8').matchAll(/^[\w.-]+==\S+(?= \\$)/gm);
const constraints = join(mkdtempSync(join(tmpdir(), 'alphacode-')), 'constraints.txt');
writeFileSync(constraints, [...pinned].join('\n'));

rmSync(target, { recursive: true, force: true });
const options = ['--quiet', '--disable-pip-version-check', '--no-compile', '--no-build-isolation', '--ignore-installed'];
execFileSync(python, ['-m', 'pip', 'install', ...options, '--constraint', constraints, '--target', target, root], {
  stdio: 'inherit',
});

const native = readdirSync(target, { recursive: true }).filter(name => /\.(so|pyd|dylib)$/.test(name));
if (native.length) throw new Error(`not pure Python: ${native.join(', ')}`);
