import { count, dateTime } from '../format.ts';
import type { ReportDocument } from '../model.ts';
import { html, type Content, type Markup } from './html.ts';
import { pairs, section } from './section.ts';

export function settingsSection({ settings, command, version, createdAt }: ReportDocument): Markup {
  const said = Object.entries(settings).filter(([, value]) => value !== undefined && !isEmptyList(value));
  return section(
    { id: 'settings', title: 'Settings', lead: 'What the command was told. Keys and passwords are never shown.' },
    pairs([
      ['command', html`<code>vsm ${command}</code>`],
      ...said.map(([name, value]): readonly [string, Content] => [words(name), settingText(value)]),
      ['vsm', version],
      ['node', process.version],
      ['report made', dateTime(createdAt)],
    ]),
  );
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** `batchSize` as `batch-size`, which is how the command line spells it. */
function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function settingText(value: unknown): Content {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return count(value);
  return html`<code><bdi>${typeof value === 'string' ? value : JSON.stringify(value)}</bdi></code>`;
}
