"""Makes classes as an application does with Weaviate's own Python client, and prints them as they are in the server.

pip install weaviate-client==4.24.1; python make.py HTTP_PORT GRPC_PORT > python-client.json
"""

import json
import sys
import urllib.request
from datetime import datetime, timezone
from uuid import UUID

import weaviate
from weaviate.classes.config import Configure, DataType, Property, ReferenceProperty, VectorDistances
from weaviate.classes.data import DataObject, GeoCoordinate, PhoneNumber
from weaviate.classes.tenants import Tenant

http_port, grpc_port = int(sys.argv[1]), int(sys.argv[2])
client = weaviate.connect_to_local(port=http_port, grpc_port=grpc_port)
NAMES = ["PyAuthor", "PyArticle", "PyAuto", "PyTenants"]
client.collections.delete(NAMES)


def uuid(number):
    return UUID(int=0x00000000000040008000000000000000 + number)


authors = client.collections.create(
    "PyAuthor",
    vector_config=Configure.Vectors.self_provided(),
    properties=[Property(name="name", data_type=DataType.TEXT)],
)
authors.data.insert({"name": "Ada"}, uuid=uuid(1), vector=[0.1, 0.2])

articles = client.collections.create(
    "PyArticle",
    vector_config=[
        Configure.Vectors.self_provided(name="title", vector_index_config=Configure.VectorIndex.hnsw(distance_metric=VectorDistances.DOT)),
        Configure.Vectors.self_provided(name="body", vector_index_config=Configure.VectorIndex.flat(distance_metric=VectorDistances.L2_SQUARED)),
        Configure.MultiVectors.self_provided(name="tokens"),
    ],
    properties=[
        Property(name="Title", data_type=DataType.TEXT),
        Property(name="page_content", data_type=DataType.TEXT),
        Property(name="year", data_type=DataType.INT),
        Property(name="score", data_type=DataType.NUMBER),
        Property(name="published", data_type=DataType.DATE),
        Property(name="tags", data_type=DataType.TEXT_ARRAY),
        Property(name="place", data_type=DataType.GEO_COORDINATES),
        Property(name="phone", data_type=DataType.PHONE_NUMBER),
        Property(name="meta", data_type=DataType.OBJECT, nested_properties=[Property(name="pages", data_type=DataType.INT)]),
    ],
    references=[ReferenceProperty(name="by", target_collection="PyAuthor")],
)
articles.data.insert(
    {
        "Title": "On engines",
        "page_content": "The text of it",
        "year": 1843,
        "score": 1.0,
        "published": datetime(1843, 9, 1, 12, 0, 0, 123456, tzinfo=timezone.utc),
        "tags": ["engine", ""],
        "place": GeoCoordinate(latitude=51.5074, longitude=-0.1278),
        "phone": PhoneNumber(default_country="NL", number="020 1234567"),
        "meta": {"pages": 65},
    },
    references={"by": uuid(1)},
    uuid=uuid(2),
    vector={"title": [1.0, 0.5], "body": [0.1, 0.2, 0.3], "tokens": [[1.0, 0.0], [0.0, 1.0]]},
)
articles.data.insert({"Title": "Half a record"}, uuid=uuid(3), vector={"title": [0.25, 0.75]})

auto = client.collections.create("PyAuto", vector_config=Configure.Vectors.self_provided())
auto.data.insert_many(
    [
        DataObject(
            uuid=uuid(4),
            vector=[1.0, 2.0, 3.0],
            properties={"text": "guessed", "n": 7, "f": 7.5, "day": datetime(2026, 1, 2, tzinfo=timezone.utc), "key": uuid(9), "flags": [True]},
        )
    ]
)

tenants = client.collections.create(
    "PyTenants",
    vector_config=Configure.Vectors.self_provided(),
    multi_tenancy_config=Configure.multi_tenancy(enabled=True),
    properties=[Property(name="k", data_type=DataType.INT)],
)
tenants.tenants.create([Tenant(name="red"), Tenant(name="Blue-1")])
for number, name in enumerate(["red", "Blue-1"]):
    tenants.with_tenant(name).data.insert({"k": number}, uuid=uuid(5), vector=[1.0 * number, 1.0])


def get(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{http_port}/v1/{path}") as answer:
        return json.load(answer)


dump = []
for name in NAMES:
    in_tenants = [tenant["name"] for tenant in get(f"schema/{name}/tenants")] if name == "PyTenants" else [""]
    objects = []
    for tenant in in_tenants:
        query = f"&tenant={tenant}" if tenant else ""
        for found in get(f"objects?class={name}&limit=100&after=&include=vector{query}")["objects"]:
            kept = {key: found[key] for key in ("id", "properties", "vector", "vectors") if key in found}
            objects.append({**kept, **({"tenant": tenant} if tenant else {})})
    dump.append({"class": get(f"schema/{name}"), "tenants": in_tenants if in_tenants != [""] else [], "objects": objects})
print(json.dumps(dump, indent=1))
client.collections.delete(NAMES)
client.close()
