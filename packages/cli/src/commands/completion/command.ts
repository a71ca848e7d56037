import { Argument, type Command } from 'commander';
import { examples } from '../../options.ts';

export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('Print what makes a shell complete commands, options, schemes, and names of the config file.')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']));
  examples(
    command,
    'vsm completion bash > ~/.local/share/bash-completion/completions/vsm',
    'vsm completion fish > ~/.config/fish/completions/vsm.fish',
  );
  command.action(async (shell: string) => {
    const { completionScript } = await import('./scripts.ts');
    process.stdout.write(completionScript(shell));
  });
  program
    .command('complete', { hidden: true })
    .description('What the scripts of vsm completion ask.')
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const { candidates } = await import('./candidates.ts');
      const list = await candidates(program, words);
      if (list.length > 0) process.stdout.write(`${list.join('\n')}\n`);
    });
}
