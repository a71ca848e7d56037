import type { Command } from 'commander';

export interface PageFlags {
  /** Where the report goes; none when absent. */
  readonly report?: string | undefined;
  /** Serve the live page while the command runs. */
  readonly ui?: boolean | undefined;
}

export function reportOption(command: Command): Command {
  return command.option('--report <file>', 'write a report as one HTML page that loads nothing');
}

export function pageOptions(command: Command): Command {
  return reportOption(command).option('--ui', 'serve a page on this machine with progress, pause and stop');
}
