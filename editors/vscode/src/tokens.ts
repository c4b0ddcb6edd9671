/** Access tokens, in the editor's secret storage: one for each origin, so that none is sent to another server. */

import type { SecretStorage } from 'vscode';

export class Tokens {
  constructor(private readonly secrets: SecretStorage) {}

  async for(url: string): Promise<string | undefined> {
    const origin = originOf(url);
    return origin === undefined ? undefined : this.secrets.get(keyOf(origin));
  }

  async store(url: string, token: string): Promise<void> {
    await this.secrets.store(keyOf(originOf(url) ?? url), token);
  }

  async forget(url: string): Promise<void> {
    await this.secrets.delete(keyOf(originOf(url) ?? url));
  }
}

/** `http://host:port`, undefined for what is no HTTP address. */
export function originOf(url: string): string | undefined {
  try {
    const { protocol, origin } = new URL(url);
    return protocol === 'http:' || protocol === 'https:' ? origin : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(origin: string): string {
  return `alphacode.token:${origin}`;
}
