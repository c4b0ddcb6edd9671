/**
 * Puts the language server and its libraries, all of them pure Python, into `bundled/libs`. A package made after that
 * works with any Python 3.11 and nothing else installed: `npm run libraries && npm run package`.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const python = process.env.PYTHON ?? 'python3';
const root = fileURLToPath(new URL('../../..', import.meta.url));
const target = fileURLToPath(new URL('../bundled/libs', import.meta.url));

rmSync(target, { recursive: true, force: true });
const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--target', target];
execFileSync(python, [...pip, '--constraint', `${root}/requirements/dev.txt`, root], { stdio: 'inherit' });

const native = readdirSync(target, { recursive: true }).filter(name => /\.(so|pyd|dylib)$/.test(name));
if (native.length) throw new Error(`not pure Python: ${native.join(', ')}`);
