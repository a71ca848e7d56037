/** What a report of Vitest calls failed, each with the beginning of why: tests, and files that did not load. Plain JavaScript, as CI is. */
export function failedTests(testResults, root) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    const file = name.replace(root, '');
    if (status === 'failed' && failed.length === 0) return [`${file}: ${message || unfinished(assertionResults)}`];
    return failed.map((one) => `${file}: ${one.fullName}\n  ${one.failureMessages[0]?.slice(0, 500) ?? ''}`);
  });
}

/** Of a file whose process ended before its tests did. */
function unfinished(assertionResults) {
  const running = assertionResults.find(({ status }) => status === 'pending');
  return `its process ended ${running === undefined ? 'after its tests' : `in or after "${running.fullName}"`}`;
}
