/** `Connect to Backend`: an address, and a token where the backend asks for one. The server looks what answers there. */

import * as vscode from 'vscode';

import { describe } from './errors';
import type { BackendStatus } from './messages';
import { backendUrl } from './server';
import type { Server } from './server';
import { originOf } from './tokens';
import type { Tokens } from './tokens';
import { mayAct } from './trust';

export async function connect(server: Server, tokens: Tokens): Promise<void> {
  if (!mayAct('connecting')) return;
  const before = backendUrl();
  const url = await askUrl();
  if (url === undefined) return;
  await use(server, url);
  let backend = await look(server);
  while (backend?.state === 'unauthorized') {
    const token = await askToken(url);
    if (!token) return;
    await tokens.store(url, token);
    await server.restart();
    backend = await look(server);
    if (backend?.state !== 'unauthorized') break;
    await tokens.forget(url);
    void vscode.window.showWarningMessage('AlphaCode: the backend refuses this token.');
  }
  if (backend === undefined) return;
  if (backend.state === 'ready' || backend.state === 'busy') {
    void vscode.window.showInformationMessage(`AlphaCode: connected to ${url}.`);
  } else if (!(await keepAnyway(backend, before))) {
    await use(server, before);
  }
}

export async function signOut(server: Server, tokens: Tokens): Promise<void> {
  const url = backendUrl();
  await tokens.forget(url);
  await server.restart();
  void vscode.window.showInformationMessage(`AlphaCode: the token for ${originOf(url) ?? url} is forgotten.`);
}

async function use(server: Server, url: string): Promise<void> {
  await vscode.workspace.getConfiguration('alphacode.backend').update('url', url, vscode.ConfigurationTarget.Global);
  await server.restartElsewhere();
}

/** What answers at the address, by the user's certificates, proxy and headers; undefined where there is no server. */
async function look(server: Server): Promise<BackendStatus | undefined> {
  try {
    return await server.ask<BackendStatus>('alphacode.reconnect', { wait: true });
  } catch (error) {
    void vscode.window.showErrorMessage(`AlphaCode: ${describe(error)}`);
    return undefined;
  }
}

function askUrl(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Connect to an AlphaCode backend (1/2)',
    prompt: 'Its address, as this machine reaches it. For one elsewhere: ssh -L 8420:127.0.0.1:8420 gpu-host',
    value: backendUrl(),
    ignoreFocusOut: true,
    validateInput: text => (originOf(text) === undefined ? 'An address such as http://127.0.0.1:8420' : undefined),
  });
}

function askToken(url: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Connect to an AlphaCode backend (2/2)',
    prompt: `${originOf(url)} asks for a token. It is kept in the secret storage, and sent to that address alone.`,
    password: true,
    ignoreFocusOut: true,
  });
}

/** A backend may be started later, so an address that does not answer yet may still be the right one. */
async function keepAnyway({ message, remedy }: BackendStatus, before: string): Promise<boolean> {
  const [keep, back] = ['Use It Anyway', `Back to ${before}`];
  const text = [message, remedy].filter(Boolean).join('. ');
  return (await vscode.window.showWarningMessage(`AlphaCode: ${text}`, keep, back)) !== back;
}
