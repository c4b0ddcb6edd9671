/** What the language server's commands answer, as far as the extension shows it. */

export interface Candidate {
  /** `AlphaCode 01: 3/3 examples, cluster 41 of 128, score 0.92, C++` */
  title: string;
  rank: number;
  sha256: string;
  language: string;
  score: number | null;
  cluster: { size: number; share: number } | null;
  examples: { index: number; verdict: string; time_ms: number; difference: string | null }[];
  passed: number;
  total: number;
}

/** `alphacode.candidates` */
export interface Candidates {
  job: string | null;
  state: 'starting' | 'running' | 'completed' | 'failed' | 'cancelled' | null;
  /** What goes on, or how it ended. */
  text?: string;
  percent?: number;
  candidates: Candidate[];
}

export interface TestCase {
  number: number;
  /** Whether a candidate must pass it; a test that the user added does not decide unless it is promoted. */
  filters: boolean;
  source: string;
  /** The file of its input, where it has one of its own. */
  uri: string | null;
  input: string;
  expected: string | null;
}

export interface TestResult {
  number: number;
  verdict: string;
  timeMs: number;
  difference: string | null;
  expected: string | null;
  actual: string;
  stderr: string;
}

/** A program's tests as they were last run. */
export interface Run {
  run: string;
  /** The buffer's URI, or the candidate's SHA-256. */
  target: string;
  title: string;
  stale: boolean;
  verdict: string;
  passed: number;
  total: number;
  compileOutput: string;
  tests: TestResult[];
}

/** `alphacode.problem` */
export interface Problem {
  statement: string | null;
  /** Why this statement was taken. */
  reason?: string | null;
  /** Why there is none. */
  trouble: string | null;
  /** The program that candidates go to. */
  target?: string | null;
  title?: string;
  timeLimitMs?: number | null;
  memoryLimitMb?: number | null;
  tests: TestCase[];
  runs: Run[];
  running?: { run: string; target: string }[];
}

/** `alphacode.compare` with `show: false` */
export interface Comparison {
  left?: string;
  right?: string;
}

/** `alphacode/status`, a notification: how the server stands with its backend. */
export interface BackendStatus {
  state: 'unconfigured' | 'connecting' | 'ready' | 'busy' | 'unauthorized' | 'incompatible' | 'down';
  kind: 'Normal' | 'Inactive' | 'Warning' | 'Error';
  /** `Backend down: nothing answers at 127.0.0.1:8420` */
  message: string;
  /** What the user can do, empty where there is nothing to do. */
  remedy: string;
}

const PASSES = ['AC', 'RUN'];

export function passes(verdict: string): boolean {
  return PASSES.includes(verdict);
}
