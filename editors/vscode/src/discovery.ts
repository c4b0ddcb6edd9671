/** Finds the language server: the user's word first, then what came with the extension, then what is on the PATH. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const MINIMUM_VERSION = '0.1.0';

const VERSION_TIMEOUT_MS = 30_000;
const MODULE = ['-P', '-m', 'alphacode_lsp'];

export interface ServerSettings {
  path: string;
  interpreter: string[];
  importStrategy: 'useBundled' | 'fromEnvironment';
  args: string[];
}

/** How to start a server, and which step found it. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
  origin: string;
}

export type Discovery =
  | { kind: 'found'; launch: Launch; version: string }
  | { kind: 'old'; launch: Launch; version: string }
  | { kind: 'absent'; reason: string; wasNamed: boolean };

/** What discovery asks of its surroundings. */
export interface Surroundings {
  settings: ServerSettings;
  /** Where a package with libraries has them. */
  bundledLibs: string;
  /** The Python extension's interpreter, if there is one. */
  interpreter(): Promise<string | undefined>;
  log(line: string): void;
}

/** The first server that answers for its version. A step that the user named decides, whether or not it works. */
export async function discover(around: Surroundings): Promise<Discovery> {
  const { settings } = around;
  for (const launch of await launches(around)) {
    const version = await versionOf(launch, around.log);
    const wasNamed = launch.origin.startsWith('alphacode.');
    if (version === undefined && wasNamed)
      return { kind: 'absent', reason: `\`${launch.origin}\` does not start`, wasNamed };
    if (version === undefined) continue;
    const found = { launch: { ...launch, args: [...launch.args, ...settings.args] }, version };
    return isAtLeast(version, MINIMUM_VERSION) ? { kind: 'found', ...found } : { kind: 'old', ...found };
  }
  return { kind: 'absent', reason: 'the language server `alphacode-lsp` is not installed', wasNamed: false };
}

async function launches({ settings, bundledLibs, interpreter, log }: Surroundings): Promise<Launch[]> {
  if (settings.path) return [launch('alphacode.server.path', settings.path, [])];
  const [named, ...options] = settings.interpreter;
  const found: Launch[] = [];
  const hasLibs = existsSync(bundledLibs) && settings.importStrategy === 'useBundled';
  const env: Record<string, string> = hasLibs ? { PYTHONPATH: bundledLibs } : {};
  if (named) return [launch('alphacode.server.interpreter', named, [...options, ...MODULE], env)];
  log(hasLibs ? `bundled libraries: ${bundledLibs}` : 'bundled libraries: none in use');
  const python = (await interpreter()) ?? (hasLibs ? 'python3' : undefined);
  const origin = hasLibs ? 'bundled libraries' : "the Python extension's interpreter";
  if (python) found.push(launch(origin, python, MODULE, env));
  found.push(launch('PATH', 'alphacode-lsp', []));
  // Where uv, pipx and pip --user put it; an editor that was started from a menu may not have it on its PATH.
  found.push(launch('~/.local/bin', join(homedir(), '.local', 'bin', 'alphacode-lsp'), []));
  return found;
}

function launch(origin: string, command: string, args: string[], env: Record<string, string> = {}): Launch {
  const home = command.startsWith('~/') ? join(homedir(), command.slice(2)) : command;
  return { origin, command: home, args, env };
}

async function versionOf(launch: Launch, log: (line: string) => void): Promise<string | undefined> {
  const line = [launch.command, ...launch.args, '--version'].join(' ');
  try {
    const env = { ...process.env, ...launch.env };
    const options = { env, timeout: VERSION_TIMEOUT_MS, windowsHide: true };
    const { stdout } = await promisify(execFile)(launch.command, [...launch.args, '--version'], options);
    const version = /(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    log(`${launch.origin}: ${line} -> ${version ?? `no version in ${JSON.stringify(stdout.trim())}`}`);
    return version;
  } catch (error) {
    log(`${launch.origin}: ${line} -> ${lastLine(error)}`);
    return undefined;
  }
}

function lastLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr?.trim() || String((error as Error).message ?? error);
  return text.split('\n').at(-1) ?? text;
}

/** Compares the numbers only: `0.2.0rc1` counts as `0.2.0`. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [ours, least] = [version, minimum].map(text => text.split('.').map(part => parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (ours?.[i] ?? 0) - (least?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
