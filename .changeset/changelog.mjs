// How changelogs are written: what changed for whoever uses the package. Commits and their authors stand in git, and a version that follows
// from another package's is one line, however many changesets that one has.

async function getReleaseLine({ summary }) {
  const [first = '', ...others] = summary.trim().split('\n');
  return [`- ${first}`, ...others.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

async function getDependencyReleaseLine(_changesets, updated) {
  if (updated.length === 0) return '';
  return `- With ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}.`;
}

export default { getReleaseLine, getDependencyReleaseLine };
