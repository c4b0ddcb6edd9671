/**
 * The server's progress as a notification with a Cancel button. Left to itself the client shows it as a line in the
 * status bar, where nobody can stop it.
 */

import * as vscode from 'vscode';
import { WorkDoneProgressCancelNotification } from 'vscode-languageclient/node';
import type {
  HandleWorkDoneProgressSignature,
  LanguageClient,
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient/node';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;
type Shown = vscode.Progress<{ message?: string; increment?: number }>;

/** One piece of work from its begin to its end. */
interface Job {
  progress?: Shown;
  percentage: number;
  latest?: WorkDoneProgressReport;
  end: Promise<void>;
  finish(): void;
}

export class ProgressToasts implements vscode.Disposable {
  private readonly jobs = new Map<ProgressToken, Job>();

  constructor(private readonly client: () => LanguageClient | undefined) {}

  readonly handle = (token: ProgressToken, value: Value, next: HandleWorkDoneProgressSignature): void => {
    const job = this.jobs.get(token);
    if (value.kind === 'begin' && value.cancellable) this.begin(token, value);
    else if (!job) next(token, value);
    else if (value.kind === 'report') show(job, value);
    else {
      this.jobs.delete(token);
      job.finish();
    }
  };

  /** Close what a server that has gone will not end. */
  dispose(): void {
    for (const job of this.jobs.values()) job.finish();
    this.jobs.clear();
  }

  private begin(token: ProgressToken, { title, message }: WorkDoneProgressBegin): void {
    const { promise: end, resolve: finish } = withResolvers();
    const job: Job = { percentage: 0, end, finish };
    this.jobs.set(token, job);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, (progress, cancellation) => {
      job.progress = progress;
      cancellation.onCancellationRequested(() =>
        this.client()?.sendNotification(WorkDoneProgressCancelNotification.type, { token }),
      );
      show(job, job.latest ?? { kind: 'report', ...(message === undefined ? {} : { message }) });
      return job.end;
    });
  }
}

function show(job: Job, value: WorkDoneProgressReport): void {
  job.latest = value; // A report may overtake the notification it belongs to.
  if (!job.progress) return;
  const percentage = Math.max(job.percentage, value.percentage ?? 0);
  job.progress.report({ message: value.message ?? '', increment: percentage - job.percentage });
  job.percentage = percentage;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(done => (resolve = done));
  return { promise, resolve };
}
