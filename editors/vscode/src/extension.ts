/** Puts the parts together: one server, what it knows of the active document, and the views on that. */

import * as vscode from 'vscode';

import { ActiveDocument } from './activeDocument';
import { CandidatesView } from './candidatesView';
import { Commands } from './commands';
import { connect, signOut } from './connect';
import { ExamplesController } from './examplesController';
import { install, offerServer } from './install';
import { ProblemView } from './problemView';
import { Problems } from './problems';
import { openSample } from './sample';
import { Server } from './server';
import { Status } from './status';
import { Tokens } from './tokens';

/** What tests see of the inside. */
export interface Api {
  server: Server;
  problems: Problems;
  examples: vscode.TestController;
}

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel('AlphaCode', { log: true });
  const tokens = new Tokens(context.secrets);
  const server = new Server(context.extensionPath, tokens, log);
  running = server;
  const active = new ActiveDocument();
  const problems = new Problems(server, active, log);
  const examples = new ExamplesController(server, problems);
  const own = {
    'alphacode.connect': () => connect(server, tokens),
    'alphacode.signOut': () => signOut(server, tokens),
    'alphacode.installServer': () => install(server),
    'alphacode.openSample': () => openSample(context),
  };
  context.subscriptions.push(
    log,
    active,
    problems,
    examples,
    new CandidatesView(problems),
    new ProblemView(problems),
    new Status(server, problems),
    ...new Commands(server, problems, log).register(),
    ...Object.entries(own).map(([id, run]) => vscode.commands.registerCommand(id, run)),
    restartOnChange(server),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.reconfigure()),
    server,
  );
  await server.start();
  void offerServer(server, log);
  return { server, problems, examples: examples.controller };
}

export function deactivate(): Promise<void> | undefined {
  return running?.stop();
}

function restartOnChange(server: Server): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(change => {
    if (change.affectsConfiguration('alphacode.server')) void server.restart();
    else if (change.affectsConfiguration('alphacode.backend.url')) void server.restartElsewhere();
  });
}
