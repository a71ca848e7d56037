import { describe, expect, it } from 'vitest';
import { createRequest, describeInfo, readIndex } from './schema.ts';

const where = { cloud: 'aws', region: 'us-east-1' };

describe('readIndex', () => {
  it('finds dimension and metric in the schema of 2026-07', () => {
    const fields = {
      _values: { type: 'dense_vector', dimension: 3, metric: 'dotproduct' },
      _sparse_values: { type: 'sparse_vector' },
    };
    const info = readIndex('docs', {
      host: 'docs.svc.pinecone.io',
      schema: { fields: { ...fields, genre: { filterable: true } } },
      deployment: { deployment_type: 'managed', cloud: 'gcp', region: 'us-central1' },
      status: { ready: false, state: 'Initializing' },
      tags: { team: 'search', 'vsm-sparse': 'keywords' },
    });
    expect(info).toMatchObject({
      kind: 'serverless',
      ready: false,
      dense: { dimension: 3, metric: 'dot' },
      sparseName: 'keywords',
      native: { deployment: { cloud: 'gcp', region: 'us-central1' }, tags: { team: 'search' } },
    });
  });

  it('finds them at the top in older versions', () => {
    const old = { host: 'h', dimension: 3, metric: 'euclidean', status: { ready: true, state: 'Ready' } };
    expect(readIndex('docs', { ...old, spec: { serverless: { cloud: 'aws', region: 'eu-west-1' } } })).toMatchObject({
      kind: 'serverless',
      dense: { dimension: 3, metric: 'euclidean' },
      native: { deployment: { cloud: 'aws', region: 'eu-west-1' } },
    });
    expect(readIndex('docs', { ...old, spec: { pod: { pod_type: 'p1.x1' } } }).kind).toBe('pod');
    expect(readIndex('docs', { host: 'h', vector_type: 'sparse', metric: 'dotproduct' }).dense).toBeUndefined();
  });

  it('tells the documents API by the names of the vectors', () => {
    const embedding = { type: 'dense_vector', dimension: 3, metric: 'cosine' };
    expect(readIndex('docs', { schema: { fields: { embedding } } }).kind).toBe('documents');
    expect(readIndex('docs', { schema: { fields: { body: { type: 'string' } } } }).kind).toBe('documents');
  });
});

describe('createRequest', () => {
  it('is read back as what was asked for', () => {
    const vectors = { '': { kind: 'dense', dimension: 3, metric: 'dot' }, keywords: { kind: 'sparse' } } as const;
    const request = createRequest({ name: 'docs', vectors }, where);
    const info = readIndex('docs', { ...request, host: 'h' });
    expect(describeInfo(info, info.sparseName).vectors).toEqual(vectors);
  });

  it('goes where the copied index was', () => {
    const native = { pinecone: { deployment: { cloud: 'gcp', region: 'europe-west4' }, tags: { team: 'a' } } };
    const vectors = { '': { kind: 'sparse' } } as const;
    expect(createRequest({ name: 'docs', vectors, native }, where)).toEqual({
      name: 'docs',
      schema: { fields: { _sparse_values: { type: 'sparse_vector' } } },
      deployment: { deploymentType: 'managed', cloud: 'gcp', region: 'europe-west4' },
      tags: { team: 'a' },
    });
  });

  it.each([
    ['no vector', {}, 'UNSUPPORTED'],
    ['two sparse ones', { a: { kind: 'sparse' }, b: { kind: 'sparse' } }, 'UNSUPPORTED'],
    ['no dimension', { '': { kind: 'dense', metric: 'dot' } }, 'INVALID_OPTIONS'],
    [
      'a sparse name that no tag can hold',
      { '': { kind: 'dense', dimension: 2 }, 'mots-clés': { kind: 'sparse' } },
      'UNSUPPORTED',
    ],
  ] as const)('refuses %s', (_what, vectors, code) => {
    expect(() => createRequest({ name: 'docs', vectors }, where)).toThrow(expect.objectContaining({ code }));
  });
});
