import { expect, it } from 'vitest';
import { folderProblem } from './folders.ts';

it.each(['naïve', 'a/b', 'what?', 'eu.', 'CON', 'nul.eu', 'a|b'])(
  'the namespace %j has no folder on Windows, and is said not to',
  (namespace) => {
    expect(folderProblem(namespace, 'win32')).toContain('which Windows does not take');
    expect(folderProblem(namespace, 'linux')).toBeUndefined();
  },
);

it.each(['', 'eu', 'console', 'a b', 'EU-1'])('the namespace %j has a folder everywhere', (namespace) => {
  expect(folderProblem(namespace, 'win32')).toBeUndefined();
});
