/**
 * Makes alphacode-lsp.vsix, the same bytes from the same files: every file in it has one date, and vsce sorts them.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DATE = '315532800'; // 1980-01-01, the first that a zip file knows.

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
cpSync('../../LICENSE', 'LICENSE');
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
try {
  execFileSync('node_modules/.bin/vsce', ['package', ...options, '--out', 'alphacode-lsp.vsix'], {
    env: { ...process.env, SOURCE_DATE_EPOCH: DATE },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
} finally {
  rmSync('LICENSE');
}
