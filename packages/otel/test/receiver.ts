import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface ReceivedSpan {
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Attributes;
  /** 2 is ERROR. */
  readonly status: { readonly code?: number; readonly message?: string };
}

export interface ReceivedPoint {
  readonly metric: string;
  readonly unit: string;
  readonly kind: 'sum' | 'gauge' | 'histogram';
  readonly attributes: Attributes;
  /** Of a histogram, how often something was recorded. */
  readonly value: number;
}

interface JsonAttribute {
  readonly key: string;
  readonly value: { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
}

interface JsonPoint {
  readonly attributes?: readonly JsonAttribute[];
  readonly asInt?: number | string;
  readonly asDouble?: number;
  readonly count?: number | string;
}

interface JsonMetric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: { readonly dataPoints: readonly JsonPoint[] };
  readonly gauge?: { readonly dataPoints: readonly JsonPoint[] };
  readonly histogram?: { readonly dataPoints: readonly JsonPoint[] };
}

interface JsonSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly JsonAttribute[];
  readonly status?: ReceivedSpan['status'];
}

interface Payload {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[] }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly JsonMetric[] }[];
  }[];
}

/** Speaks OTLP over HTTP in JSON, and keeps what it is sent. */
export class Receiver {
  /** As they came. */
  readonly bodies: string[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #payloads(): readonly Payload[] {
    return this.bodies.map((body) => JSON.parse(body) as Payload);
  }

  get spans(): readonly ReceivedSpan[] {
    return this.#payloads
      .flatMap(({ resourceSpans = [] }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        name: span.name,
        attributes: attributesOf(span.attributes),
        status: span.status ?? {},
      }));
  }

  /** Of every export, one after the other; sums are cumulative. */
  get points(): readonly ReceivedPoint[] {
    return this.#payloads
      .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ name, unit = '', sum, gauge, histogram }) => {
        const kind = sum !== undefined ? 'sum' : gauge !== undefined ? 'gauge' : 'histogram';
        return ((sum ?? gauge ?? histogram)?.dataPoints ?? []).map((point) => ({
          metric: name,
          unit,
          kind,
          attributes: attributesOf(point.attributes),
          value: Number(point.asInt ?? point.asDouble ?? point.count),
        }));
      });
  }

  /** What the last export says of a metric, summed over the points that have these attributes. */
  last(metric: string, attributes: Attributes = {}): number {
    const last = new Map<string, number>();
    for (const point of this.points) {
      if (point.metric !== metric) continue;
      if (Object.entries(attributes).some(([name, value]) => point.attributes[name] !== value)) continue;
      last.set(JSON.stringify(point.attributes), point.value);
    }
    return [...last.values()].reduce((total, value) => total + value, 0);
  }
}

function attributesOf(attributes: readonly JsonAttribute[] = []): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value;
      const number = intValue ?? doubleValue;
      return [key, stringValue ?? boolValue ?? (number === undefined ? Number.NaN : Number(number))];
    }),
  );
}

interface Sdk {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  /** Sends all there is. */
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A real SDK that exports to a receiver, and only when it is told to. */
export function startSdk(url: string): Sdk {
  const tracerProvider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) })],
  });
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }),
        exportIntervalMillis: 3_600_000,
      }),
    ],
  });
  return {
    tracerProvider,
    meterProvider,
    async flush() {
      await Promise.all([tracerProvider.forceFlush(), meterProvider.forceFlush()]);
    },
    async shutdown() {
      await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);
    },
  };
}
