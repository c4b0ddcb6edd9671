import * as assert from 'node:assert';

import type { BackendStatus, Candidates } from '../src/messages';
import type { ServerState } from '../src/server';
import { presentationOf } from '../src/status';

suite('Status', () => {
  const ready: BackendStatus = { state: 'ready', kind: 'Normal', message: '', remedy: '' };

  function check(server: ServerState, text: string, fix: string, given?: Partial<BackendStatus>, search?: Candidates) {
    const shown = presentationOf(server, { ...ready, ...given }, search);
    assert.deepStrictEqual([shown.text, shown.actions[0]], [text, fix]);
    assert.strictEqual(new Set(shown.actions).size, shown.actions.length);
  }

  test('says what is wrong, and the fix comes first', () => {
    check('absent', '$(error) AlphaCode: not installed', 'alphacode.installServer');
    check('stopped', '$(error) AlphaCode: stopped', 'alphacode.restartServer');
    check('running', '$(warning) AlphaCode: backend down', 'alphacode.reconnect', { state: 'down' });
    check('running', '$(key) AlphaCode: unauthorized', 'alphacode.connect', { state: 'unauthorized' });
    check('running', '$(sparkle) AlphaCode', 'alphacode.solve');
  });

  test('says how far a search is', () => {
    const search: Candidates = { job: 'x', state: 'running', percent: 37, candidates: [] };
    check('running', '$(loading~spin) AlphaCode: 37%', 'alphacode.cancel', {}, search);
  });
});
