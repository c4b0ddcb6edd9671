/** What to do without a language server: say so once, and install it in a terminal where its user can watch. */

import { execFile } from 'node:child_process';
import * as vscode from 'vscode';

import { MINIMUM_VERSION } from './discovery';
import type { Server } from './server';

const PACKAGE = 'alphacode-lsp';
const INSTALL = 'Install';
const UPDATE = 'Update';
const SHOW_LOG = 'Show Log';
const SETTINGS = 'Open Settings';

export async function offerServer(server: Server, log: vscode.LogOutputChannel): Promise<void> {
  const found = server.discovery;
  if (!found || found.kind === 'found') return;
  const isOld = found.kind === 'old';
  const message = isOld
    ? `AlphaCode: the language server is ${found.version} (${found.launch.origin}), and ${MINIMUM_VERSION} is needed.`
    : `AlphaCode: ${found.reason}.`;
  // What the user has named is tried alone, so that nothing that is installed would mend it.
  const mends = found.kind === 'absent' && found.wasNamed ? [] : [isOld ? UPDATE : INSTALL];
  const chosen = await vscode.window.showErrorMessage(message, ...mends, SETTINGS, SHOW_LOG);
  if (chosen === INSTALL || chosen === UPDATE) await install(server);
  if (chosen === SETTINGS) await vscode.commands.executeCommand('workbench.action.openSettings', 'alphacode.server');
  if (chosen === SHOW_LOG) log.show();
}

/** Install or update with the first tool that is here, and start what was installed. */
export async function install(server: Server): Promise<void> {
  const execution = new vscode.ShellExecution(await installLine());
  const name = 'Install the language server';
  const task = new vscode.Task({ type: 'alphacode' }, vscode.TaskScope.Workspace, name, 'AlphaCode', execution);
  const started = await vscode.tasks.executeTask(task);
  const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
    if (execution !== started) return;
    subscription.dispose();
    if (exitCode === 0) void server.restart();
    else void vscode.window.showErrorMessage('AlphaCode: the server was not installed. The terminal says why.');
  });
}

async function installLine(): Promise<string> {
  if (await answers('uv')) return `uv tool install --upgrade ${PACKAGE}`;
  if (await answers('pipx')) return `pipx install --force ${PACKAGE}`;
  return `python3 -m pip install --user --upgrade ${PACKAGE}`;
}

function answers(program: string): Promise<boolean> {
  return new Promise(resolve => execFile(program, ['--version'], error => resolve(error === null)));
}
