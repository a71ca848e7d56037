// What a shell finds as `vsm`: hands its words to the test that listens, and prints what it is told.
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';

const [, , path, ...words] = process.argv;
const socket = createConnection(path);
socket.end(JSON.stringify({ words, cwd: process.cwd(), env: process.env }));
const { code, stdout, stderr } = JSON.parse(await text(socket));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
