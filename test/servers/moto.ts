import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { installFromPypi } from './python.ts';
import type { RealServer, RunningServer } from './server.ts';

/** An S3 of others, in which backups lie. */
export const moto: RealServer = {
  name: 'moto',
  variable: 'MOTO_URL',
  howToGet: 'install Python 3.10 or later with pip, or start `moto_server` elsewhere and set MOTO_URL',
  packaged: {
    install: (cache) => installFromPypi('moto', cache),
    start: startMoto,
  },
  version: askVersion,
  suites: ['test/servers/s3.real.ts'],
};

async function startMoto(installed: string): Promise<RunningServer> {
  const [folder, port] = await Promise.all([serverFolder('moto'), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: `moto on port ${port}`,
    command: 'python3',
    words: [
      '-c',
      'import sys; from moto.server import main; main(sys.argv[1:])',
      '-H',
      '127.0.0.1',
      '-p',
      String(port),
    ],
    env: { PYTHONPATH: installed },
    folder,
    ask: () => askVersion(url),
  });
  return { url, stop: () => server.stop(), source: 'moto 5.2.5 from PyPI' };
}

/** It does not tell its version; that it answers must do. */
async function askVersion(url: string): Promise<string> {
  const answer = await fetch(`${url}/moto-api/`);
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  return 'unknown';
}
