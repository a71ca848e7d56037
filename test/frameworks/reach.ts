import type { RealServer, RunningServer } from '../servers/server.ts';

/** The server that a variable names, or one that is started here. */
export async function reach({ name, variable, packaged }: RealServer, cache: string): Promise<RunningServer> {
  const url = process.env[variable];
  const grpcUrl = process.env[variable.replace(/_URL$/, '_GRPC_URL')];
  if (url !== undefined) return { url, grpcUrl, source: variable, stop: async () => undefined };
  if (packaged === undefined) throw new Error(`no registry has ${name}: set ${variable}`);
  return packaged.start(await packaged.install(cache, true));
}
