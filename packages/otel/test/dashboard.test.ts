import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { emitted, type ReceivedPoint } from './emitted.ts';
import { listedIn, section } from './listed.ts';

const docs = join(import.meta.dirname, '../../../docs');

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly description: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const dashboard = JSON.parse(await readFile(join(docs, 'otel/dashboard.json'), 'utf8')) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));

/** Labels that Prometheus or the collector add by themselves. */
const ADDED = ['le'];

/** The names that Prometheus has for a metric, and for its attributes. */
function prometheus({ metric, unit, kind }: ReceivedPoint): string[] {
  const name = metric.replaceAll('.', '_') + ({ s: '_seconds', By: '_bytes' }[unit] ?? '');
  if (kind === 'histogram') return ['_bucket', '_count', '_sum'].map((suffix) => name + suffix);
  return [kind === 'sum' ? `${name}_total` : name];
}

const label = (attribute: string): string => attribute.replaceAll('.', '_');

let points: readonly ReceivedPoint[];
beforeAll(async () => {
  points = await emitted();
});

/** Metrics of an expression, each with the labels that it asks for. */
function asked(expression: string): { readonly metric: string; readonly labels: readonly string[] }[] {
  const groups = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/\s*,\s*/));
  const metrics = expression.replaceAll(/\bby \([^)]*\)/g, '');
  return [...metrics.matchAll(/\b((?:vsm|db)_[a-z_]+)(?:\{([^}]*)\})?(?=[[{)]|$)/g)].map(
    ([, metric = '', filter = '']) => ({
      metric,
      labels: [...groups, ...[...filter.matchAll(/([a-z_]+)\s*(?:=~|!=|=)/g)].map(([, name = '']) => name)],
    }),
  );
}

describe('the dashboard', () => {
  test.each(queries)('$title: $expr asks only for what is emitted', ({ expr, legendFormat }) => {
    const wanted = asked(expr);
    expect(wanted).toHaveLength(1);
    for (const { metric, labels } of wanted) {
      const found = points.filter((point) => prometheus(point).includes(metric));
      expect({ metric, emitted: found.length > 0 }).toEqual({ metric, emitted: true });
      const known = [...found.flatMap(({ attributes }) => Object.keys(attributes).map(label)), ...ADDED];
      expect(known).toEqual(expect.arrayContaining([...labels]));
      for (const [, name = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(labels).toContain(name);
    }
  });

  test('shows every metric, and its variable is one of their labels', () => {
    const shown = new Set(queries.flatMap(({ expr }) => asked(expr)).map(({ metric }) => metric));
    const missing = points.filter((point) => !prometheus(point).some((name) => shown.has(name)));
    expect([...new Set(missing.map(({ metric }) => metric))]).toEqual([]);
    expect(JSON.stringify(dashboard.templating.list)).toContain(
      'label_values(vsm_records_processed_total, vsm_source_collection)',
    );
  });
});

test('docs/opentelemetry.md lists every metric of a run with its unit and its attributes, and no other', async () => {
  const page = await section('Metrics');
  const listed = listedIn(page);
  const names = [...new Set(points.map(({ metric }) => metric))];
  expect(listed.map(({ metric }) => metric).toSorted()).toEqual(names.toSorted());
  const common = [...page.matchAll(/^All `vsm\.\*` metrics have (.+?)\.$/gms)]
    .flatMap(([, text = '']) => [...text.matchAll(/`([a-z_.]+)`/g)])
    .map(([, name = '']) => name);
  for (const { metric, kind, unit, attributes } of listed) {
    const found = points.filter((point) => point.metric === metric);
    expect(found[0]).toMatchObject({ metric, kind, unit });
    const told = [...attributes, ...(metric.startsWith('vsm.') ? common : [])];
    const seen = new Set(found.flatMap((point) => Object.keys(point.attributes)));
    expect({ metric, attributes: told.toSorted() }).toEqual({ metric, attributes: [...seen].toSorted() });
  }
});
