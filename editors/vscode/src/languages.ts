/** The documents that the extension is about. */

export const LANGUAGES = ['c', 'cpp', 'python', 'java', 'kotlin', 'rust', 'go', 'markdown', 'plaintext'] as const;

const SHOWN: Record<string, string> = { cpp: 'C++', python: 'Python', pypy: 'PyPy', java: 'Java', rust: 'Rust' };

export function isOurs(languageId: string): boolean {
  return (LANGUAGES as readonly string[]).includes(languageId);
}

/** `cpp` -> `C++`. */
export function shownLanguage(language: string): string {
  return SHOWN[language] ?? language;
}
