"""Applications of Mem0: memories that it keeps as they are said (`infer=False`), for which it asks no model. As in applications.py."""

import os
import uuid
from unittest import mock

os.environ["MEM0_TELEMETRY"] = "False"

from applications import DIMENSION, main, plain, vector_of

WHOSE = {"user_id": "alice"}


class Embedder:
    def embed(self, text, memory_action=None):
        return vector_of(text)


class Mem0:
    packages = ["mem0ai"]

    def __init__(self, name, urls, make):
        from mem0 import Memory

        # It makes clients of them, and asks nothing.
        unused = {"provider": "openai", "config": {"api_key": "none"}}
        self.memory = Memory.from_config(
            {
                "vector_store": {"provider": self.provider, "config": {"collection_name": name, **self.settings(urls)}},
                "embedder": unused,
                "llm": unused,
                "history_db_path": ":memory:",
            }
        )
        self.memory.embedding_model = Embedder()

    def add(self, documents):
        for one in documents:
            # It gives ids of its own, of the kind that these are.
            with mock.patch("mem0.memory.main.uuid.uuid4", lambda: uuid.UUID(one["id"])):
                self.memory.add(one["text"], metadata=one["metadata"], infer=False, **WHOSE)

    def found(self, text, k, more={}):
        """As its search by vectors finds them: what it does with words besides is of each store in a way of its own."""
        filters = {**WHOSE, **more}
        return self.memory.vector_store.search(text, self.memory.embedding_model.embed(text, "search"), k, filters)

    def search(self, text, k):
        return [one.id for one in self.found(text, k)]

    def filter(self, field, value, k):
        found = self.memory.get_all(filters={**WHOSE, field: value}, top_k=k)["results"]
        return [one["id"] for one in found]

    def read(self, k):
        found = self.memory.get_all(filters=WHOSE, top_k=k)["results"]
        own = ("hash", "created_at", "updated_at", "user_id", "role")
        return [
            plain(
                one["id"],
                one["memory"],
                {**one.get("metadata", {}), **{key: one[key] for key in own if one.get(key) is not None}},
            )
            for one in found
        ]

    def delete(self, ids):
        for one in ids:
            self.memory.delete(one)


class Mem0Qdrant(Mem0):
    provider = "qdrant"

    def settings(self, urls):
        return {"url": urls["qdrant"], "embedding_model_dims": DIMENSION}


class Mem0Chroma(Mem0):
    provider = "chroma"

    def settings(self, urls):
        from urllib.parse import urlparse

        address = urlparse(urls["chroma"])
        return {"host": address.hostname, "port": address.port}


class Mem0Pgvector(Mem0):
    provider = "pgvector"

    def settings(self, urls):
        return {"connection_string": urls["postgres"], "embedding_model_dims": DIMENSION}


APPLICATIONS = {"mem0-qdrant": Mem0Qdrant, "mem0-chroma": Mem0Chroma, "mem0-pgvector": Mem0Pgvector}

if __name__ == "__main__":
    main(APPLICATIONS)
