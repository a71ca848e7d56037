// What action.yml runs: installs vsm and the adapters where they are asked for, runs one command, and writes the summary of the job. Plain
// JavaScript, for whatever Node the runner has.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const { env } = process;
const lines = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const command = env.VSM_ACTION_COMMAND || 'verify';
if (command !== 'verify' && command !== 'diff') fail(`command is "${command}"; it must be verify or diff.`);
const pair = [env.VSM_ACTION_SOURCE, env.VSM_ACTION_TARGET];
if (pair.some((word) => !word)) fail('source and target must both be given.');
const options = lines(env.VSM_ACTION_OPTIONS);
const strange = options.find((option) => !option.startsWith('--'));
if (strange !== undefined) fail(`"${strange}" is no option; write one a line, with its value behind =.`);

const path = install(lines(env.VSM_ACTION_PACKAGES));
const {
  status,
  stdout,
  stderr,
  error: unstarted,
} = spawnSync('vsm', [command, ...options, '--json', '--', ...pair], {
  encoding: 'utf8',
  maxBuffer: 1e8,
  env: { ...env, PATH: path },
  shell: false,
});
if (unstarted !== undefined)
  fail(`vsm cannot be run: ${unstarted.message}. Name @vsm/cli and the adapters in packages.`);
const exitCode = status ?? 1;
let document;
try {
  document = JSON.parse(stdout);
} catch {
  document = { error: { code: 'INVALID_OPTIONS', message: stderr.trim() || `vsm ended with ${exitCode}` } };
}
const passed = exitCode === 0;
write(env.GITHUB_STEP_SUMMARY, summary(document));
write(env.GITHUB_OUTPUT, `passed=${passed}\nexit-code=${exitCode}\n`);
if (document.error !== undefined) console.log(`::error::${oneLine(document.error.message)}`);
else if (!passed) console.log(`::error::vsm ${command}: both sides do not hold the same; see the summary.`);
process.exitCode = exitCode;

/** Returns the PATH on which `vsm` is. */
function install(packages) {
  if (packages.length === 0) return env.PATH;
  const folder = join(env.RUNNER_TEMP || '.', 'vsm-action');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  const { status: ended } = spawnSync('npm', ['install', ...quiet, '--', ...packages], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (ended !== 0) fail(`npm could not install ${packages.join(' ')}.`);
  return [join(folder, 'node_modules', '.bin'), env.PATH].join(delimiter);
}

function summary(result) {
  const head = `## ${passed ? '✅' : '❌'} vsm ${command}\n\n`;
  if (result.error !== undefined) return `${head}**${result.error.code}**: ${cell(result.error.message)}\n`;
  const reports = result.collections ?? [{ result }];
  return head + reports.map(section).join('\n');
}

function section({ sourceCollection, result, error }) {
  const title = sourceCollection === undefined ? '' : `### ${cell(sourceCollection)}\n\n`;
  if (error !== undefined) return `${title}**${error.code}**: ${cell(error.message)}\n`;
  const counts = Object.entries(result).filter(([, value]) => ['number', 'boolean', 'string'].includes(typeof value));
  const rows = counts.map(([name, value]) => `| ${name} | ${cell(String(value))} |`);
  return `${title}| | |\n| --- | --- |\n${rows.join('\n')}\n${differences(result.differences ?? [])}`;
}

/** Fields and how often they differ; ids only where that was asked for. */
function differences(list) {
  if (list.length === 0) return '';
  const counted = new Map();
  for (const { kind, field = '' } of list) {
    const key = `| ${kind} | ${cell(field)} |`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  const rows = [...counted].map(([key, count]) => `${key} ${count} |`);
  const table = `\nOf the first ${list.length} differences:\n\n| | field | records |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  if (env.VSM_ACTION_SHOW_RECORDS !== 'true') return table;
  return `${table}\n${list.map(({ kind, id, field }) => `- ${kind} ${cell(id)}${field ? `: ${cell(field)}` : ''}`).join('\n')}\n`;
}

/** What came from a store is no Markdown. */
function cell(text) {
  return oneLine(text).replaceAll(/[\\`*_{}[\]<>()#|!&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A new line could begin a command of the runner. */
function oneLine(text) {
  return String(text).replaceAll(/[\r\n]+/g, ' ');
}

function write(file, text) {
  if (file) appendFileSync(file, text);
}

function fail(message) {
  console.log(`::error::${oneLine(message)}`);
  process.exit(2);
}
