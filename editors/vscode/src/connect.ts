/** `Connect to Backend`: an address, a look at what answers there, and a token where it asks for one. */

import * as vscode from 'vscode';

import { describe } from './errors';
import { backendUrl } from './server';
import type { Server } from './server';
import { originOf } from './tokens';
import type { Tokens } from './tokens';

const TIMEOUT_MS = 10_000;

/** What the backend says to a request that needs a token. */
type Reply = { kind: 'welcome' } | { kind: 'unauthorized' } | { kind: 'trouble'; text: string };

export async function connect(server: Server, tokens: Tokens): Promise<void> {
  const url = await askUrl();
  if (url === undefined) return;
  let reply = await askBackend(url, await tokens.for(url));
  while (reply.kind === 'unauthorized') {
    const token = await askToken(url);
    if (!token) return;
    reply = await askBackend(url, token);
    if (reply.kind === 'welcome') await tokens.store(url, token);
    const isRefused = reply.kind === 'unauthorized';
    if (isRefused) void vscode.window.showWarningMessage('AlphaCode: the backend refuses this token.');
  }
  if (reply.kind === 'trouble' && !(await keepAnyway(reply.text))) return;
  const isElsewhere = originOf(url) !== originOf(backendUrl());
  await vscode.workspace.getConfiguration('alphacode.backend').update('url', url, vscode.ConfigurationTarget.Global);
  if (!isElsewhere) await server.restart(); // A new origin restarts it by itself.
  if (reply.kind === 'welcome') void vscode.window.showInformationMessage(`AlphaCode: connected to ${url}.`);
}

export async function signOut(server: Server, tokens: Tokens): Promise<void> {
  const url = backendUrl();
  await tokens.forget(url);
  await server.restart();
  void vscode.window.showInformationMessage(`AlphaCode: the token for ${originOf(url) ?? url} is forgotten.`);
}

/** The greeting of the protocol, with the token it is sent with. */
export async function askBackend(url: string, token: string | undefined): Promise<Reply> {
  const headers: Record<string, string> = { 'AlphaCode-Protocol': '1' };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  const address = `${url.replace(/\/+$/, '')}/v1/info`;
  try {
    // A redirect could carry the token to another server.
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(address, { headers, redirect: 'manual', signal });
    if (response.status === 401) return { kind: 'unauthorized' };
    if (response.ok) return { kind: 'welcome' };
    return { kind: 'trouble', text: `${address} answered ${response.status} ${response.statusText}` };
  } catch (error) {
    return { kind: 'trouble', text: `nothing answers at ${url}: ${describe(error)}` };
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
async function keepAnyway(trouble: string): Promise<boolean> {
  const keep = 'Use It Anyway';
  return (await vscode.window.showWarningMessage(`AlphaCode: ${trouble}`, keep)) === keep;
}
