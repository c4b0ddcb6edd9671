/** The one language server of this window: found, started with its token, asked, and started again. */

import { join } from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State } from 'vscode-languageclient/node';
import type { LanguageClientOptions, ServerCapabilities } from 'vscode-languageclient/node';

import { discover } from './discovery';
import type { Discovery, ServerSettings } from './discovery';
import { interpreterOfPythonExtension } from './interpreter';
import { LANGUAGES } from './languages';
import type { BackendStatus } from './messages';
import { ProgressToasts } from './progress';
import { originOf } from './tokens';
import type { Tokens } from './tokens';
import { permitted } from './trust';
import type { Section } from './trust';

/** Files, new buffers, and the server's own documents, which have lenses too. */
const SCHEMES = ['file', 'untitled', 'alphacode'];

/** Messages that something a view may show is different. */
const CHANGES = ['alphacode/candidatesChanged', 'alphacode/testsChanged'];

export type ServerState = 'starting' | 'running' | 'absent' | 'old' | 'stopped';

export class Server implements vscode.Disposable {
  state: ServerState = 'stopped';
  /** What discovery found last. */
  discovery: Discovery | undefined;
  /** What the server last said of its backend. */
  backend: BackendStatus | undefined;

  private client: LanguageClient | undefined;
  /** The backend's, as it was when the server was started. */
  private origin: string | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly progress = new ProgressToasts(() => this.client);
  private readonly serverLog = vscode.window.createOutputChannel('AlphaCode Language Server', { log: true });
  private readonly traceLog = vscode.window.createOutputChannel('AlphaCode Trace', { log: true });
  private starting: Promise<void> = Promise.resolve();

  /** Something that a view may show is different: ask again. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly extensionPath: string,
    private readonly tokens: Tokens,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Start what is not running. One call at a time; the later one waits. */
  start(): Promise<void> {
    return this.queue(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.queue(() => this.restartNow());
  }

  /** A server is given its token when it starts, so another backend's takes another server. */
  restartElsewhere(): Promise<void> {
    return this.queue(async () => {
      if (originOf(backendUrl()) !== this.origin) await this.restartNow();
    });
  }

  /** The server ends its searches and its backend before it goes. */
  stop(): Promise<void> {
    return this.queue(() => this.stopNow());
  }

  /** Have the server ask for its settings again. */
  async reconfigure(): Promise<void> {
    await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  /** The answer of a server command. Throws with a sentence for the user while there is no server. */
  async ask<Answer>(command: string, argument: object = {}): Promise<Answer> {
    if (!this.client || this.state !== 'running') throw new Error(`the language server is not running (${this.state})`);
    return this.client.sendRequest('workspace/executeCommand', { command, arguments: [argument] });
  }

  get capabilities(): ServerCapabilities | undefined {
    return this.client?.initializeResult?.capabilities;
  }

  showServerLog(): void {
    this.serverLog.show();
  }

  dispose(): void {
    this.progress.dispose();
    for (const part of [this.changed, this.serverLog, this.traceLog]) part.dispose();
  }

  private queue(work: () => Promise<void>): Promise<void> {
    this.starting = this.starting.then(work, work);
    return this.starting;
  }

  private async startNow(): Promise<void> {
    if (this.client) return;
    this.become('starting');
    this.origin = originOf(backendUrl());
    this.discovery = await this.discoverNow();
    if (this.discovery.kind !== 'found') {
      this.log.warn(this.discovery.kind === 'absent' ? this.discovery.reason : 'the server found is too old');
      return this.become(this.discovery.kind);
    }
    const { launch, version } = this.discovery;
    this.log.info(`starting ${launch.command} ${launch.args.join(' ')} (${version}, from ${launch.origin})`);
    const env = { ...process.env, ...launch.env, ...(await this.tokenEnvironment()) };
    const executable = { command: launch.command, args: launch.args, options: { env } };
    this.client = new LanguageClient('alphacode', 'AlphaCode', executable, this.clientOptions());
    this.client.onDidChangeState(({ newState }) => this.follow(newState));
    for (const message of CHANGES) this.client.onNotification(message, () => this.changed.fire());
    this.client.onNotification('alphacode/showCandidates', () => {
      void vscode.commands.executeCommand('alphacode.candidates.focus');
    });
    this.client.onNotification('alphacode/status', (backend: BackendStatus) => this.take(backend));
    try {
      await this.client.start();
      this.become('running');
    } catch (error) {
      this.log.error(`the server did not start: ${String(error)}`);
      this.client = undefined;
      this.become('stopped');
    }
  }

  private async restartNow(): Promise<void> {
    this.become('starting');
    await this.stopNow();
    await this.startNow();
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.progress.dispose();
    await client?.dispose(5000).catch((error: unknown) => this.log.warn(`while stopping: ${String(error)}`));
  }

  private discoverNow(): Promise<Discovery> {
    const section = vscode.workspace.getConfiguration('alphacode.server');
    const settings: ServerSettings = {
      path: section.get('path', ''),
      interpreter: section.get('interpreter', []),
      importStrategy: section.get('importStrategy', 'useBundled'),
      args: section.get('args', []),
    };
    return discover({
      settings,
      bundledLibs: join(this.extensionPath, 'bundled', 'libs'),
      interpreter: () => interpreterOfPythonExtension(this.log),
      log: line => this.log.info(line),
    });
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: LANGUAGES.flatMap(language => SCHEMES.map(scheme => ({ scheme, language }))),
      outputChannel: this.serverLog,
      traceOutputChannel: this.traceLog,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => ({ ...permitted(configuration()), commandsInClient: true, customMessages: true }),
      middleware: {
        handleWorkDoneProgress: this.progress.handle,
        workspace: {
          configuration: async (params, token, next) => {
            const answer = await next(params, token);
            return Array.isArray(answer) ? answer.map(permitted) : answer;
          },
        },
      },
    };
  }

  /** By environment, since start options are logged. */
  private async tokenEnvironment(): Promise<Record<string, string>> {
    const url = backendUrl();
    const token = await this.tokens.for(url);
    return token === undefined ? {} : { ALPHACODE_TOKEN: token, ALPHACODE_TOKEN_ORIGIN: originOf(url) ?? url };
  }

  /** The client restarts a server that has crashed, and gives up after some times. */
  private follow(state: State): void {
    if (state === State.Running) this.become('running');
    if (state === State.Stopped && this.state === 'running') {
      this.progress.dispose();
      this.become('stopped');
    }
  }

  private take(backend: BackendStatus): void {
    this.backend = backend;
    this.changed.fire();
  }

  private become(state: ServerState): void {
    this.state = state;
    if (state !== 'running') this.backend = undefined;
    void vscode.commands.executeCommand('setContext', 'alphacode.server', state);
    this.changed.fire();
  }
}

export function backendUrl(): string {
  return vscode.workspace.getConfiguration('alphacode.backend').get('url', 'http://127.0.0.1:8420');
}

function configuration(): Section {
  return vscode.workspace.getConfiguration().get('alphacode', {});
}
