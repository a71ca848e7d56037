/** How V8 and Node begin to say that they end a process, which ends it without a word to whoever waits for its tests. */
const FATAL = /^(?:# (?:Fatal|Check failed|unreachable)|FATAL ERROR|abort:|.*Assertion `)/;
const MOST = 20;

/** Hears what processes write, in pieces, and tells of each line that says why one was ended by V8 or Node, up to twenty. Plain JavaScript, as CI is. */
export function fatalLines(tell) {
  let rest = '';
  let told = 0;
  return (chunk) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (told >= MOST || !FATAL.test(line)) continue;
      told += 1;
      tell(line.trim());
    }
  };
}
