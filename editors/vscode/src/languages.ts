/** The documents that the extension is about. */

export const LANGUAGES = ['c', 'cpp', 'python', 'java', 'kotlin', 'rust', 'go', 'markdown', 'plaintext'] as const;

const SHOWN: Record<string, string> = { cpp: 'C++', python: 'Python', pypy: 'PyPy', java: 'Java', rust: 'Rust' };
const ENDINGS: Record<string, string> = { cpp: 'cpp', python: 'py', pypy: 'py', java: 'java', rust: 'rs', go: 'go' };

export function isOurs(languageId: string): boolean {
  return (LANGUAGES as readonly string[]).includes(languageId);
}

/** `cpp` -> `C++`. */
export function shownLanguage(language: string): string {
  return SHOWN[language] ?? language;
}

/** `python` -> `py`. */
export function endingOf(language: string): string {
  return ENDINGS[language] ?? language;
}
