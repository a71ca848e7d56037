import { delimiter, join } from 'node:path';
import { installFromMaven } from '../servers/maven.ts';
import { installFromNpm } from '../servers/npm.ts';
import { installFromPypi } from '../servers/python.ts';
import type { Frameworks } from './frameworks.ts';
import { startMastra } from './mastra.ts';
import { APPLICATIONS, type Application } from './moves.ts';
import { startProgram } from './application-process.ts';

interface Surroundings {
  readonly cache: string;
  readonly urls: Readonly<Record<string, string>>;
}

type Start = (around: Surroundings) => Promise<Frameworks>;

/** A script, and the sets of packages that it needs. */
function python(script: string, ...packages: readonly string[]): Start {
  return async ({ cache, urls }) => {
    const installed = await Promise.all(packages.map((one) => installFromPypi(one, cache)));
    const env = { PYTHONPATH: installed.join(delimiter), PYTHONDONTWRITEBYTECODE: '1' };
    return startProgram({ command: 'python3', words: ['-u', join(import.meta.dirname, script)], env }, urls);
  };
}

/** A class in test/servers/jvm, with the packages that it needs. */
function java(packages: string, main: string): Start {
  return async ({ cache, urls }) => {
    const installed = await installFromMaven(packages, main, cache);
    const path = [join(installed, 'classes'), join(installed, 'jars', '*')].join(delimiter);
    return startProgram({ command: 'java', words: ['-XX:TieredStopAtLevel=1', '-cp', path, main] }, urls);
  };
}

/** The packages of LlamaIndex for the newer stores fit no others. */
const RUNTIMES = {
  first: python('applications.py', 'frameworks'),
  'spring-ai': java('spring-ai', 'SpringAiApplication'),
  mem0: python('mem0_stores.py', 'frameworks'),
  'open-webui': python('open_webui_stores.py', 'frameworks-open-webui', 'frameworks'),
  mastra: async ({ cache, urls }: Surroundings) => startMastra(await installFromNpm('mastra', cache), urls),
  'newer-langchain': python('langchain_stores.py', 'frameworks-langchain-haystack'),
  'newer-llamaindex': python('llamaindex_stores.py', 'frameworks-llamaindex'),
  'newer-haystack': python('haystack_stores.py', 'frameworks-langchain-haystack'),
} as const satisfies Record<string, Start>;

function runtimeOf({ framework, newer = false }: Application): keyof typeof RUNTIMES {
  if (framework === 'langchain' || framework === 'llamaindex' || framework === 'haystack')
    return newer ? `newer-${framework}` : 'first';
  return framework;
}

/** All applications, each of which starts when it is first asked for something. */
export function startRuntimes(around: Surroundings): Frameworks {
  const running = new Map<string, Promise<Frameworks>>();
  return {
    async ask(request) {
      const application = APPLICATIONS.find(({ name }) => name === request.application);
      if (application === undefined) throw new Error(`no application ${request.application}`);
      const name = runtimeOf(application);
      const started = running.get(name) ?? RUNTIMES[name](around);
      running.set(name, started);
      return (await started).ask(request);
    },
    async stop() {
      // One that could not start has said so to whoever asked it, and keeps none of the others from being stopped.
      for (const started of await Promise.allSettled(running.values()))
        if (started.status === 'fulfilled') await started.value.stop();
    },
  };
}
