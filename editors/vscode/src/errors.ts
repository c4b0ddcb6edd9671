/** Errors in words. */

/** An error's message, and its cause's, where the message alone says too little (`fetch failed`). */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return cause ? `${error.message}: ${cause}` : error.message;
}
