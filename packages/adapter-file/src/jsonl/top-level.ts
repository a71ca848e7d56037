import { stringEnd } from '@vsm/core/adapter';

/**
 * The members of one JSON object as text, so that long vectors can be parsed without the care that metadata needs: exact
 * numbers cost a call per number. Nothing inside the values is checked; whoever parses them does.
 * @throws SyntaxError where the text is not an object, and where two members have one name.
 */
export function members(line: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = blank(line, 0);
  if (line[at] !== '{') throw new SyntaxError('the line is not a JSON object');
  at = blank(line, at + 1);
  if (line[at] === '}') at += 1;
  else {
    for (;;) {
      if (line[at] !== '"') throw new SyntaxError(`a key was expected at character ${at}`);
      const keyEnd = endOfText(line, at);
      const key = JSON.parse(line.slice(at, keyEnd)) as string;
      at = blank(line, keyEnd);
      if (line[at] !== ':') throw new SyntaxError(`":" was expected at character ${at}`);
      at = blank(line, at + 1);
      const end = valueEnd(line, at);
      if (found.has(key)) throw new SyntaxError(`${JSON.stringify(key)} is there twice`);
      found.set(key, line.slice(at, end));
      at = blank(line, end);
      const separator = line[at];
      at = blank(line, at + 1);
      if (separator === '}') break;
      if (separator !== ',') throw new SyntaxError(`"," or "}" was expected at character ${at}`);
    }
  }
  if (blank(line, at) < line.length) throw new SyntaxError(`something follows the object at character ${at}`);
  return found;
}

/**
 * The items of one JSON list as text.
 * @throws SyntaxError where the text is not a list.
 */
export function items(text: string): string[] {
  const found: string[] = [];
  let at = blank(text, 0);
  if (text[at] !== '[') throw new SyntaxError(`a list was expected at character ${at}`);
  at = blank(text, at + 1);
  if (text[at] === ']') return found;
  for (;;) {
    const end = valueEnd(text, at);
    found.push(text.slice(at, end));
    at = blank(text, end);
    const separator = text[at];
    at = blank(text, at + 1);
    if (separator === ']') return found;
    if (separator !== ',') throw new SyntaxError(`"," or "]" was expected at character ${at}`);
  }
}

function blank(line: string, start: number): number {
  let at = start;
  for (let code = line.charCodeAt(at); code === 32 || code === 9 || code === 10 || code === 13;) {
    at += 1;
    code = line.charCodeAt(at);
  }
  return at;
}

function endOfText(line: string, start: number): number {
  const end = stringEnd(line, start);
  if (end === undefined) throw new SyntaxError('a text does not end');
  return end;
}

function valueEnd(line: string, start: number): number {
  const first = line[start];
  if (first === '"') return endOfText(line, start);
  if (first !== '{' && first !== '[') {
    let at = start;
    while (at < line.length && !',}] \t\r'.includes(line[at] as string)) at += 1;
    if (at === start) throw new SyntaxError(`a value was expected at character ${start}`);
    return at;
  }
  const next = /["[\]{}]/g;
  let depth = 0;
  next.lastIndex = start;
  for (let found = next.exec(line); found !== null; found = next.exec(line)) {
    if (found[0] === '"') next.lastIndex = endOfText(line, found.index);
    else {
      depth += found[0] === '[' || found[0] === '{' ? 1 : -1;
      if (depth === 0) return found.index + 1;
    }
  }
  throw new SyntaxError('a list or an object does not end');
}
