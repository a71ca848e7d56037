"""Applications of Haystack in the stores that came later. As in applications.py."""

import os

from applications import DIMENSION, Haystack, main, vector_of


class Retrieving(Haystack):
    def search(self, text, k):
        return [one.id for one in self.store._embedding_retrieval(vector_of(text), top_k=k)]


class HaystackMilvus(Retrieving):
    packages = ["haystack-ai", "milvus-haystack", "pymilvus"]

    def __init__(self, name, urls, make):
        from milvus_haystack import MilvusDocumentStore

        self.store = MilvusDocumentStore(
            collection_name=name,
            connection_args={"uri": urls["milvus"], "timeout": 60},
            consistency_level="Strong",
            index_params={"index_type": "FLAT", "metric_type": "COSINE", "params": {}},
        )


class HaystackWeaviate(Retrieving):
    packages = ["haystack-ai", "weaviate-haystack", "weaviate-client"]

    def __init__(self, name, urls, make):
        from haystack_integrations.document_stores.weaviate import WeaviateDocumentStore

        self.store = WeaviateDocumentStore(
            url=urls["weaviate"],
            collection_settings={"class": name},
            grpc_port=int(urls["weaviate_grpc"].rsplit(":", 1)[-1]),
        )


class HaystackElasticsearch(Retrieving):
    packages = ["haystack-ai", "elasticsearch-haystack", "elasticsearch"]

    def __init__(self, name, urls, make):
        from elasticsearch import Elasticsearch
        from haystack_integrations.document_stores.elasticsearch import ElasticsearchDocumentStore

        self.store = ElasticsearchDocumentStore(hosts=urls["elasticsearch"], index=name)
        # With a client it does not ask the root for a version, which is a module that no registry has.
        self.store._client = Elasticsearch(urls["elasticsearch"])
        if make:
            mappings = self.store._default_mappings
            # Of itself the server rounds what it searches by to 8 bits, and finds others.
            mappings["properties"]["embedding"]["index_options"] = {"type": "hnsw"}
            self.store._client.indices.create(index=name, mappings=mappings)


class HaystackOpenSearch(Retrieving):
    packages = ["haystack-ai", "opensearch-haystack", "opensearch-py"]

    def __init__(self, name, urls, make):
        from haystack_integrations.document_stores.opensearch import OpenSearchDocumentStore

        method = {"name": "hnsw", "space_type": "cosinesimil", "engine": "lucene", "parameters": {}}
        self.store = OpenSearchDocumentStore(
            hosts=urls["opensearch"], index=name, embedding_dim=DIMENSION, method=method, http_auth="none:none"
        )

    def search(self, text, k):
        """Among more than are taken: the server looks at no more than are asked for, and misses some."""
        return super().search(text, 50)[:k]


class HaystackMongodb(Retrieving):
    packages = ["haystack-ai", "mongodb-atlas-haystack", "pymongo"]

    def __init__(self, name, urls, make):
        from haystack.utils import Secret
        from haystack_integrations.document_stores.mongodb_atlas import MongoDBAtlasDocumentStore
        from pymongo import MongoClient
        from pymongo.operations import SearchIndexModel

        if make:
            fields = [{"type": "vector", "path": "embedding", "numDimensions": DIMENSION, "similarity": "cosine"}]
            fields += [{"type": "filter", "path": f"meta.{field}"} for field in ("page", "source")]
            collection = MongoClient(urls["mongodb"])["vsm"].create_collection(name)
            model = SearchIndexModel({"fields": fields}, name="vector_index", type="vectorSearch")
            collection.create_search_index(model)
        os.environ["MONGO_CONNECTION_STRING"] = urls["mongodb"]
        self.store = MongoDBAtlasDocumentStore(
            mongo_connection_string=Secret.from_env_var("MONGO_CONNECTION_STRING"),
            database_name="vsm",
            collection_name=name,
            vector_search_index="vector_index",
            full_text_search_index="words",
        )


APPLICATIONS = {
    "haystack-milvus": HaystackMilvus,
    "haystack-weaviate": HaystackWeaviate,
    "haystack-elasticsearch": HaystackElasticsearch,
    "haystack-opensearch": HaystackOpenSearch,
    "haystack-mongodb": HaystackMongodb,
}

if __name__ == "__main__":
    main(APPLICATIONS)
