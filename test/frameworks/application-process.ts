import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Frameworks, Request } from './frameworks.ts';

interface Program {
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs applications in one process, which loads their framework once: a request is a line of JSON, and so is the answer. */
export function startProgram(
  { command, words, env = {} }: Program,
  urls: Readonly<Record<string, string>>,
): Frameworks {
  const child = spawn(command, words, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(line));
  child.on('close', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${command} ended with ${code}: ${said}`));
  });
  return {
    async ask<Result>(request: Request) {
      const answer = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
      child.stdin.write(`${JSON.stringify({ ...request, urls })}\n`);
      const { result, error } = JSON.parse(await answer) as { result: Result; error?: string };
      if (error !== undefined) throw new Error(`${request.application}: ${request.verb}: ${error}`);
      return result;
    },
    stop: () => void child.kill(),
  };
}
