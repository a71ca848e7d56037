import { folderError } from './errors.ts';

export interface FolderOptions {
  /** The folder, or the file where the format is one file. */
  readonly path: string;
}

/** @throws VsmError `INVALID_OPTIONS` naming the option that is wrong. */
export function checkOptions(options: FolderOptions): FolderOptions {
  const unknown = Object.keys(options).find((key) => key !== 'path');
  if (unknown !== undefined) throw folderError('INVALID_OPTIONS', `there is no option "${unknown}". Known: path`);
  if (typeof options.path !== 'string' || options.path === '') {
    throw folderError('INVALID_OPTIONS', 'the option "path" is missing');
  }
  return options;
}
