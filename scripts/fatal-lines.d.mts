export function fatalLines(tell: (line: string) => void): (chunk: Buffer | string) => void;
