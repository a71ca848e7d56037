// Loaded before a process begins: it says at its end how much memory it had at most.
process.on('exit', () => process.stderr.write(`\npeak ${process.resourceUsage().maxRSS} kB\n`));
