/** In a folder that its user does not trust nothing is run, sent or written: problems are shown, and that is all. */

import * as vscode from 'vscode';

const MANAGE = 'Manage Trust';

/** The server's settings, or some of them. */
export type Section = Record<string, object>;

/** The settings without what runs or writes by itself, wherever the user has set it, as long as there is no trust. */
export function permitted(section: Section | null): Section | null {
  if (vscode.workspace.isTrusted || !section) return section;
  return {
    ...section,
    tests: { ...section.tests, runOnSave: false },
    companion: { ...section.companion, mode: 'off' },
  };
}

/** Whether the command may go on; where not, the user is told how to allow it. */
export function mayAct(what: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  const message = `AlphaCode: ${what} needs a trusted folder, and this one is open in Restricted Mode.`;
  void vscode.window.showWarningMessage(message, MANAGE).then(chosen => {
    if (chosen === MANAGE) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
