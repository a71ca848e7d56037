"""The vector clients of Open WebUI, by which it writes and finds chunks. As in applications.py.

They are its own; of the rest of it, only the module of settings has a stand-in, since that one opens its database and starts its server's
connections. What stands in it is what Open WebUI has where nothing is set.
"""

import os
import sys
import tempfile
import types
from urllib.parse import urlparse

os.environ.update({"WEBUI_SECRET_KEY": "unused", "DATA_DIR": tempfile.mkdtemp(prefix="vsm-open-webui-")})
os.environ["DATABASE_URL"] = f"sqlite:///{os.environ['DATA_DIR']}/webui.db"

DEFAULTS = {
    "CHROMA_HTTP_SSL": False,
    "CHROMA_TENANT": "default_tenant",
    "CHROMA_DATABASE": "default_database",
    "QDRANT_COLLECTION_PREFIX": "open-webui",
    "QDRANT_ON_DISK": False,
    "QDRANT_PREFER_GRPC": False,
    "QDRANT_GRPC_PORT": 6334,
    "QDRANT_TIMEOUT": 5,
    "QDRANT_HNSW_M": 16,
    "PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH": 1536,
    "PGVECTOR_CREATE_EXTENSION": True,
    "PGVECTOR_HNSW_M": 16,
    "PGVECTOR_HNSW_EF_CONSTRUCTION": 64,
    "PGVECTOR_IVFFLAT_LISTS": 100,
    "PGVECTOR_ITERATIVE_SCAN": "relaxed_order",
}
config = types.ModuleType("open_webui.config")
vars(config).update(DEFAULTS)
# What is not set: keys, credentials, sizes of pools.
config.__getattr__ = lambda name: None
sys.modules["open_webui.config"] = config

from applications import main, plain, vector_of


class OpenWebui:
    packages = ["open-webui"]
    client = None

    def __init__(self, name, urls, make):
        self.name = name
        # It has one for as long as it runs.
        if type(self).client is None:
            type(self).client = self.connect(urls)

    def add(self, documents):
        items = [
            {"id": one["id"], "text": one["text"], "vector": vector_of(one["text"]), "metadata": one["metadata"]}
            for one in documents
        ]
        self.client.insert(self.name, items)

    def read(self, k):
        found = self.client.get(self.name)
        if found is None:
            return []
        return [plain(*one) for one in zip(found.ids[0], found.documents[0], found.metadatas[0])]

    def search(self, text, k):
        return self.client.search(self.name, [vector_of(text)], limit=k).ids[0]

    def filter(self, field, value, k):
        found = self.client.query(self.name, {field: value}, k)
        return [] if found is None else found.ids[0]

    def delete(self, ids):
        self.client.delete(self.name, ids=ids)


class OpenWebuiChroma(OpenWebui):
    packages = ["open-webui", "chromadb"]

    def connect(self, urls):
        address = urlparse(urls["chroma"])
        config.CHROMA_HTTP_HOST, config.CHROMA_HTTP_PORT = address.hostname, address.port
        from open_webui.retrieval.vector.dbs.chroma import ChromaClient

        return ChromaClient()


class OpenWebuiQdrant(OpenWebui):
    """As ENABLE_QDRANT_MULTITENANCY_MODE has it where nothing is set: what is no file, memory or search of the web is knowledge."""

    packages = ["open-webui", "qdrant-client"]

    def connect(self, urls):
        config.QDRANT_URI = urls["qdrant"]
        from open_webui.retrieval.vector.dbs.qdrant_multitenancy import QdrantClient

        return QdrantClient()


class OpenWebuiPgvector(OpenWebui):
    packages = ["open-webui", "pgvector"]

    def connect(self, urls):
        config.PGVECTOR_DB_URL = urls["postgres"].replace("postgresql://", "postgresql+psycopg2://")
        from open_webui.retrieval.vector.dbs.pgvector import PgvectorClient

        return PgvectorClient()


APPLICATIONS = {
    "open-webui-chroma": OpenWebuiChroma,
    "open-webui-qdrant": OpenWebuiQdrant,
    "open-webui-pgvector": OpenWebuiPgvector,
}

if __name__ == "__main__":
    main(APPLICATIONS)
