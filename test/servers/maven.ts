import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One file of a Maven repository. */
interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly sha256: string;
}

/**
 * Brings the artifacts that `requirements/<name>.maven.txt` pins by hash into `jars` of a folder below `cache`, compiles `jvm/<main>.java`
 * beside them, and returns the folder. Only those: what they depend on stands in the list as well.
 */
export async function installFromMaven(name: string, main: string, cache: string): Promise<string> {
  const list = await readFile(join(import.meta.dirname, 'requirements', `${name}.maven.txt`), 'utf8');
  const source = join(import.meta.dirname, 'jvm', `${main}.java`);
  const digest = createHash('sha256')
    .update(list)
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, `${name}-maven-${digest}`);
  if (await exists(folder)) return folder;
  // Whole or not at all: an installation that was interrupted is never taken for one.
  const made = await mkdtemp(join(cache, `${name}-installing-`));
  try {
    const artifacts = list.split('\n').filter(Boolean).map(readArtifact);
    await writeFile(join(made, 'pom.xml'), pomOf(artifacts));
    const jars = join(made, 'jars');
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    await run('mvn', ['--quiet', '--batch-mode', '--file', join(made, 'pom.xml'), ...copy]);
    for (const artifact of artifacts) await check(jars, artifact);
    for (const { name: zip, version, type } of artifacts) {
      if (type === 'zip') await run('unzip', ['-q', '-n', join(jars, `${zip}-${version}.zip`), '*.jar', '-d', jars]);
    }
    const classes = join(made, 'classes');
    await mkdir(classes);
    await run('javac', ['-encoding', 'UTF-8', '-d', classes, '-cp', join(jars, '*'), source]);
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another run was quicker.
    if (await exists(folder)) return folder;
    const { code, path, stderr, stdout, message } = error as Readonly<Record<string, string | undefined>>;
    const said = `${stderr ?? ''}${stdout ?? ''}`.trim().split('\n').at(0);
    throw new Error(`could not install ${name}: ${code === 'ENOENT' ? `there is no ${path}` : said || message}`, {
      cause: error,
    });
  }
  return folder;
}

function readArtifact(line: string): Artifact {
  const [, group = '', name = '', version = '', type = 'jar', sha256 = ''] =
    /^([^:]+):([^:]+):([^: ]+)(?::(\w+))? --hash=sha256:([0-9a-f]{64})$/.exec(line) ?? [];
  if (group === '') throw new Error(`no artifact: ${line}`);
  return { group, name, version, type, sha256 };
}

function pomOf(artifacts: readonly Artifact[]): string {
  const alone = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
  const dependencies = artifacts.map(
    ({ group, name, version, type }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version><type>${type}</type>${alone}</dependency>`,
  );
  const head =
    '<modelVersion>4.0.0</modelVersion><groupId>vsm</groupId><artifactId>server</artifactId><version>1</version><packaging>pom</packaging>';
  return `<project>${head}<dependencies>${dependencies.join('')}</dependencies></project>`;
}

async function check(jars: string, { name, version, type, sha256 }: Artifact): Promise<void> {
  const file = `${name}-${version}.${type}`;
  const found = createHash('sha256')
    .update(await readFile(join(jars, file)))
    .digest('hex');
  if (found !== sha256) throw new Error(`${file} has the hash ${found}, and not ${sha256}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
