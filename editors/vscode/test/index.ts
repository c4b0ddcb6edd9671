/** Run inside a window of VS Code, which calls `run`. Results go to a file, as its output is not handy. */

import * as path from 'node:path';
import Mocha from 'mocha';

export function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'tdd',
    timeout: 240_000,
    reporter: 'json',
    reporterOptions: { output: process.env['ALPHACODE_REPORT'] },
  });
  const folder = process.env['ALPHACODE_SUITE'] === 'restricted' ? 'restricted' : 'trusted';
  mocha.addFile(path.join(__dirname, `${folder}.js`));
  return new Promise((resolve, reject) =>
    mocha.run(failures => (failures ? reject(new Error(`${failures} failed`)) : resolve())),
  );
}
