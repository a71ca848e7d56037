import { own } from '@vsm/core/adapter';
import { constants, existsSync, readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileCheckpoints } from '@vsm/core';
import { inLedger } from '../../fleet/open.ts';
import { STORE_KEYS } from '../../keys.ts';
import type { LoadedConfig } from '../../load-config.ts';
import type { CommandContext, OutputOptions } from '../../run.ts';
import { KNOWN_SCHEMES, PACKAGES } from '../../schemes.ts';
import { runDirectory } from '../../selection.ts';
import type { Finding } from './finding.ts';

interface Manifest {
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

const require = createRequire(import.meta.url);

function manifestOf(name: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

/** What concerns this machine and this folder, whatever is moved. */
export async function environmentFindings(
  flags: OutputOptions,
  context: CommandContext,
): Promise<{ config: LoadedConfig | undefined; findings: Finding[] }> {
  const { config, finding } = await configFinding(flags, context);
  return {
    config,
    findings: [
      nodeFinding(process.versions.node),
      adapterFinding(),
      keyFinding(),
      finding,
      ...(inLedger(flags, config?.runDir) ? [] : await runFindings(runDirectory(flags.runDir, config?.runDir))),
    ],
  };
}

export function nodeFinding(version: string): Finding {
  const installed = manifestOf('@vsm/cli');
  const [, major = '22', minor = '0'] = /(\d+)\.(\d+)/.exec(installed?.engines?.node ?? '') ?? [];
  const [haveMajor = 0, haveMinor = 0] = version.split('.').map(Number);
  const enough = haveMajor > Number(major) || (haveMajor === Number(major) && haveMinor >= Number(minor));
  const detail = `Node ${version} on ${process.platform} ${process.arch}, vsm ${installed?.version ?? 'of unknown version'}`;
  return enough
    ? { check: 'node', status: 'ok', detail }
    : { check: 'node', status: 'problem', detail, advice: `Install Node ${major}.${minor} or later.` };
}

function adapterFinding(): Finding {
  const kinds = KNOWN_SCHEMES.map((scheme) => scheme.replace(/\+https?$/, ''));
  const names = [...new Set(kinds.map((kind) => `@vsm/adapter-${own(PACKAGES, kind) ?? kind}`))];
  const installed = names.flatMap((name) => {
    const manifest = manifestOf(name);
    return manifest === undefined ? [] : [`${name.replace('@vsm/adapter-', '')} ${manifest.version}`];
  });
  return installed.length > 0
    ? { check: 'adapters', status: 'ok', detail: installed.join(', ') }
    : {
        check: 'adapters',
        status: 'problem',
        detail: 'none is installed',
        advice: `Install those of your stores, such as: npm install @vsm/adapter-chroma @vsm/adapter-pgvector`,
      };
}

function keyFinding(): Finding {
  const names = [...STORE_KEYS, 'UPSTASH_API_KEY', 'VSM_SOURCE_API_KEY', 'VSM_TARGET_API_KEY'];
  const set = names.filter((name) => (own(process.env, name) ?? '') !== '');
  return {
    check: 'keys',
    status: 'ok',
    detail: set.length === 0 ? 'none in the environment' : `set: ${set.join(', ')}`,
  };
}

async function configFinding(
  flags: OutputOptions,
  context: CommandContext,
): Promise<{ config: LoadedConfig | undefined; finding: Finding }> {
  try {
    const config = await context.config(flags.config, []);
    if (config === undefined) {
      return {
        config,
        finding: { check: 'config', status: 'ok', detail: 'no vsm.config file here; vsm init writes one' },
      };
    }
    const detail = `${config.path}: ${config.stores.size} stores, ${config.migrations.size} migrations`;
    const [advice] = config.warnings;
    return { config, finding: { check: 'config', status: advice === undefined ? 'ok' : 'warning', detail, advice } };
  } catch (error) {
    const detail = context.failures.said(error);
    return {
      config: undefined,
      finding: { check: 'config', status: 'problem', detail, advice: 'Correct the file; vsm init writes a fresh one.' },
    };
  }
}

async function runFindings(directory: string): Promise<Finding[]> {
  const path = resolve(directory);
  let place = path;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    await access(place, constants.W_OK);
  } catch {
    const advice = `Make ${place} writable, or choose another folder with --run-dir or VSM_RUN_DIR.`;
    return [{ check: 'runs', status: 'problem', detail: `${path} cannot be written`, advice }];
  }
  const unfinished = (await fileCheckpoints(directory).list()).filter(({ state }) => state === 'unfinished');
  const [last] = unfinished.slice(-1);
  if (last === undefined)
    return [{ check: 'runs', status: 'ok', detail: `${path} can be written, no run is unfinished` }];
  return [
    {
      check: 'runs',
      status: 'warning',
      detail: `${unfinished.length} unfinished in ${path}`,
      advice: `Finish the last one with: vsm resume ${last.runId}`,
    },
  ];
}
