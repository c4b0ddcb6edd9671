/** The interpreter that the user chose in the Python extension, where that is installed. */

import * as vscode from 'vscode';

interface PythonApi {
  environments: {
    getActiveEnvironmentPath(): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

export async function interpreterOfPythonExtension(log: vscode.LogOutputChannel): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension) {
    log.info('Python extension: not installed');
    return undefined;
  }
  try {
    const { environments } = await extension.activate();
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath());
    const path = environment?.executable.uri?.fsPath;
    log.info(`Python extension: ${path ?? 'no interpreter chosen'}`);
    return path;
  } catch (error) {
    log.warn(`Python extension: ${String(error)}`);
    return undefined;
  }
}
