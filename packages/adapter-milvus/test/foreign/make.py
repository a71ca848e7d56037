"""Makes the collections that applications make with pymilvus: python make.py http://localhost:19530"""
import sys
from pymilvus import DataType, MilvusClient

client = MilvusClient(uri=sys.argv[1])
LITE = 'lite-' in client.get_server_version()
VECTOR = [0.1, -0.0, 3.5, 1e-7, 5, 6, 7, 8]


def make(name, schema, rows, indexes, **more):
    if client.has_collection(name):
        client.drop_collection(name)
    params = client.prepare_index_params()
    for field, metric in indexes.items():
        params.add_index(field, index_type='AUTOINDEX' if metric != 'JACCARD' else 'BIN_FLAT', metric_type=metric)
    client.create_collection(name, schema=schema, index_params=params, **more)
    client.insert(name, rows)


def schema_of(fields, **more):
    schema = client.create_schema(**more)
    for name, kind, params in fields:
        schema.add_field(name, kind, **params)
    return schema


# The quick way: integers for keys, one vector, everything else dynamic.
if client.has_collection('quick'):
    client.drop_collection('quick')
client.create_collection('quick', dimension=8)
client.insert('quick', [
    {'id': 1, 'vector': VECTOR, 'text': 'hello', 'tags': ['a', 'b'], 'nested': {'deep': [1, 2.5, None]}},
    {'id': 2, 'vector': VECTOR},
    {'id': -9223372036854775808, 'vector': VECTOR, 'text': 'the least key'},
    {'id': 9223372036854775807, 'vector': VECTOR, 'big': 9007199254740993, 'whole': 1.0},
])

# Typed fields, a key that the server makes, and a dynamic field beside them.
make('typed', schema_of([
    ('pk', DataType.INT64, {'is_primary': True, 'auto_id': True}),
    ('embedding', DataType.FLOAT_VECTOR, {'dim': 8}),
    ('content', DataType.VARCHAR, {'max_length': 200}),
    ('pages', DataType.INT32, {}),
    ('price', DataType.DOUBLE, {}),
    ('ratio', DataType.FLOAT, {}),
    ('sold', DataType.BOOL, {}),
    ('sizes', DataType.ARRAY, {'element_type': DataType.INT64, 'max_capacity': 8}),
    ('extra', DataType.JSON, {}),
], enable_dynamic_field=True), [
    {'embedding': VECTOR, 'content': f'page {at}', 'pages': at, 'price': 1.5 * at, 'ratio': 0.1, 'sold': at % 2 == 0,
     'sizes': [at, 9007199254740993], 'extra': {'at': at}, 'colour': 'red'}
    for at in range(5)
], {'embedding': 'L2'})

# Tenants by a partition key.
make('tenants', schema_of([
    ('id', DataType.VARCHAR, {'is_primary': True, 'max_length': 64}),
    ('vector', DataType.FLOAT_VECTOR, {'dim': 8}),
    ('tenant', DataType.VARCHAR, {'max_length': 64, 'is_partition_key': True}),
]), [{'id': f'{tenant}-{at} "quoted" \\', 'vector': VECTOR, 'tenant': tenant} for tenant in ('red', 'blue') for at in range(3)],
    {'vector': 'COSINE'})

# Partitions with names, one id in two of them.
make('parted', schema_of([
    ('id', DataType.VARCHAR, {'is_primary': True, 'max_length': 64}),
    ('vector', DataType.FLOAT_VECTOR, {'dim': 8}),
    ('year', DataType.INT64, {}),
]), [{'id': f'plain-{at}', 'vector': VECTOR, 'year': 2000 + at} for at in range(2)], {'vector': 'IP'})
for year in ('y2024', 'y2025'):
    client.create_partition('parted', year)
    client.insert('parted', [{'id': f'{year}-{at}', 'vector': VECTOR, 'year': int(year[1:])} for at in range(3)], partition_name=year)
    client.insert('parted', [{'id': 'both', 'vector': VECTOR, 'year': int(year[1:])}], partition_name=year)

# One key twice, which the real server keeps: it counts both, and shows one.
make('twice', schema_of([
    ('id', DataType.VARCHAR, {'is_primary': True, 'max_length': 64}),
    ('vector', DataType.FLOAT_VECTOR, {'dim': 8}),
]), [{'id': 'once', 'vector': VECTOR}, {'id': 'twice', 'vector': VECTOR}, {'id': 'twice', 'vector': VECTOR[::-1]}], {'vector': 'COSINE'})

if LITE and client.get_server_version().startswith('milvus_lite'):
    from pymilvus import Function, FunctionType
    schema = schema_of([
        ('id', DataType.INT64, {'is_primary': True}),
        ('text', DataType.VARCHAR, {'max_length': 200, 'enable_analyzer': True}),
        ('dense', DataType.FLOAT_VECTOR, {'dim': 8}),
        ('other', DataType.FLOAT_VECTOR, {'dim': 4}),
        ('sparse', DataType.SPARSE_FLOAT_VECTOR, {}),
        ('note', DataType.VARCHAR, {'max_length': 200, 'nullable': True}),
        ('score', DataType.INT64, {'nullable': True}),
    ])
    schema.add_function(Function(name='bm25', function_type=FunctionType.BM25, input_field_names=['text'], output_field_names=['sparse']))
    if client.has_collection('functions'):
        client.drop_collection('functions')
    params = client.prepare_index_params()
    params.add_index('dense', index_type='AUTOINDEX', metric_type='COSINE')
    params.add_index('other', index_type='AUTOINDEX', metric_type='L2')
    params.add_index('sparse', index_type='SPARSE_INVERTED_INDEX', metric_type='BM25')
    client.create_collection('functions', schema=schema, index_params=params)
    client.insert('functions', [
        {'id': 1, 'text': 'a whole text', 'dense': VECTOR, 'other': VECTOR[:4], 'note': 'there', 'score': None},
        {'id': 2, 'text': 'another', 'dense': VECTOR, 'other': VECTOR[4:], 'note': None, 'score': 7},
    ])
else:
    make('bits', schema_of([
        ('id', DataType.INT64, {'is_primary': True}),
        ('vector', DataType.BINARY_VECTOR, {'dim': 16}),
    ]), [{'id': 1, 'vector': bytes([0b10000001, 0b00001111])}], {'vector': 'JACCARD'})
