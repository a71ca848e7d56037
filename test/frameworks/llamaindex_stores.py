"""Applications of LlamaIndex in the stores that came later. As in applications.py."""

import os

from applications import DIMENSION, LlamaIndex, main
from langchain_stores import weaviate_client


class LlamaIndexMilvus(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-milvus", "pymilvus"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.milvus import MilvusVectorStore

        self.store = MilvusVectorStore(
            uri=urls["milvus"],
            collection_name=name,
            dim=DIMENSION,
            similarity_metric="COSINE",
            consistency_level="Strong",
            use_async_client=False,
        )


class LlamaIndexWeaviate(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-weaviate", "weaviate-client"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.weaviate import WeaviateVectorStore

        self.store = WeaviateVectorStore(
            weaviate_client=weaviate_client(urls), index_name=name[0].upper() + name[1:]
        )


class LlamaIndexElasticsearch(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-elasticsearch", "elasticsearch"]

    def __init__(self, name, urls, make):
        from elasticsearch import AsyncElasticsearch, Elasticsearch
        from llama_index.vector_stores.elasticsearch import AsyncDenseVectorStrategy, ElasticsearchStore

        # With a client it does not ask the root for a version, which is a module that no registry has.
        self.store = ElasticsearchStore(
            index_name=name,
            es_client=AsyncElasticsearch(urls["elasticsearch"]),
            retrieval_strategy=AsyncDenseVectorStrategy(),
        )
        if make:
            # Of itself the server rounds what it searches by to 8 bits, and finds others.
            vector = {"type": "dense_vector", "dims": DIMENSION, "index_options": {"type": "hnsw"}}
            keywords = {name: {"type": "keyword"} for name in ("document_id", "doc_id", "ref_doc_id")}
            mappings = {"properties": {"embedding": vector, "metadata": {"properties": keywords}}}
            with Elasticsearch(urls["elasticsearch"]) as client:
                client.indices.create(index=name, mappings=mappings)

    def delete_ref(self, ref):
        """By what its filter finds: its own way goes through a module of the server that no registry has."""
        self.delete(self.filter("ref_doc_id", ref, 50))


class LlamaIndexOpenSearch(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-opensearch", "opensearch-py"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.opensearch import OpensearchVectorClient, OpensearchVectorStore

        method = {"name": "hnsw", "space_type": "cosinesimil", "engine": "lucene", "parameters": {}}
        self.store = OpensearchVectorStore(OpensearchVectorClient(urls["opensearch"], name, DIMENSION, method=method))

    def search(self, text, k):
        """Among more than are taken: the server looks at no more than are asked for, and misses some."""
        return super().search(text, 50)[:k]

    def delete(self, ids):
        """By the client: its own way goes through a module of the server that no registry has."""
        client = self.store._client
        for one in ids:
            client._os_client.delete(index=client._index, id=one, refresh=True)

    def delete_ref(self, ref):
        self.delete(self.filter("ref_doc_id", ref, 50))


class LlamaIndexRedis(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-redis", "redisvl"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.redis import RedisVectorStore
        from redisvl.schema import IndexSchema

        schema = IndexSchema.from_dict(
            {
                "index": {"name": name, "prefix": name, "key_separator": "_"},
                "fields": [
                    {"name": "id", "type": "tag"},
                    {"name": "doc_id", "type": "tag"},
                    {"name": "text", "type": "text"},
                    {"name": "source", "type": "tag"},
                    {"name": "page", "type": "numeric"},
                    {
                        "name": "vector",
                        "type": "vector",
                        "attrs": {"dims": DIMENSION, "algorithm": "flat", "distance_metric": "cosine"},
                    },
                ],
            }
        )
        self.store = RedisVectorStore(schema=schema, redis_url=urls["redis"])


class LlamaIndexMongodb(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-mongodb", "pymongo"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.mongodb import MongoDBAtlasVectorSearch
        from pymongo import MongoClient

        client = MongoClient(urls["mongodb"])
        os.environ["MONGODB_URI"] = urls["mongodb"]
        self.store = MongoDBAtlasVectorSearch(client, db_name="vsm", collection_name=name)
        if make:
            filters = ["metadata.page", "metadata.source"]
            self.store.create_vector_search_index(DIMENSION, "embedding", "cosine", filters)

    def delete(self, ids):
        """By the client, since its class deletes by the document alone."""
        self.store._collection.delete_many({"_id": {"$in": ids}})


APPLICATIONS = {
    "llamaindex-milvus": LlamaIndexMilvus,
    "llamaindex-weaviate": LlamaIndexWeaviate,
    "llamaindex-elasticsearch": LlamaIndexElasticsearch,
    "llamaindex-opensearch": LlamaIndexOpenSearch,
    "llamaindex-redis": LlamaIndexRedis,
    "llamaindex-mongodb": LlamaIndexMongodb,
}

if __name__ == "__main__":
    main(APPLICATIONS)
