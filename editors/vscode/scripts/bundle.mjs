/** The extension in one file; with `--tests` its tests instead, to be run inside a window (`ALPHACODE_SUITE`). */

import { build } from 'esbuild';

const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
};

if (process.argv.includes('--tests')) {
  const entryPoints = ['test/index.ts', 'test/trusted.ts', 'test/restricted.ts'];
  await build({ ...options, entryPoints, outdir: 'dist/test' });
} else {
  await build({ ...options, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', minify: true });
}
