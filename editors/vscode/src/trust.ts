/** In a folder that its user does not trust nothing is run, sent or written: problems are shown, and that is all. */

import * as vscode from 'vscode';

const MANAGE = 'Manage Trust';

/** Whether the command may go on; where not, the user is told how to allow it. */
export function mayAct(what: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  const message = `AlphaCode: ${what} needs a trusted folder, and this one is open in Restricted Mode.`;
  void vscode.window.showWarningMessage(message, MANAGE).then(chosen => {
    if (chosen === MANAGE) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
