"""Applications of the stores that came later: Milvus, Weaviate, Elasticsearch, OpenSearch, Redis and MongoDB. As in applications.py."""

from urllib.parse import urlparse

from applications import DIMENSION, LangChain, langchain_embeddings, main, plain


def weaviate_client(urls):
    import weaviate

    http, grpc = urlparse(urls["weaviate"]), urlparse(urls["weaviate_grpc"])
    return weaviate.connect_to_local(
        host=http.hostname, port=http.port, grpc_port=grpc.port, skip_init_checks=True
    )


class IdInMetadata(LangChain):
    """Where documents come with their id among the metadata, called `id_key` there."""

    def found(self, text, k, **more):
        return self.store.similarity_search(text, k=k, **more)

    def id_of(self, document):
        return str(document.metadata[self.id_key])

    def search(self, text, k):
        return [self.id_of(one) for one in self.found(text, k)]

    def read(self, k):
        return [plain(one.metadata.pop(self.id_key), one.page_content, one.metadata) for one in self.found("x", k)]


class LangChainMilvus(IdInMetadata):
    """Metadata in the dynamic field, as the documentation says where documents differ."""

    packages = ["langchain-core", "langchain-milvus", "pymilvus"]
    settings = {"enable_dynamic_field": True}
    id_key = "pk"

    def __init__(self, name, urls, make):
        from langchain_milvus import Milvus

        self.store = Milvus(
            embedding_function=langchain_embeddings(),
            collection_name=name,
            connection_args={"uri": urls["milvus"], "timeout": 60},
            index_params={"index_type": "FLAT", "metric_type": "COSINE"},
            consistency_level="Strong",
            **self.settings,
        )

    def filter(self, field, value, k):
        condition = f"{field} == {value!r}".replace("'", '"')
        return [self.id_of(one) for one in self.found("x", k, expr=condition)]


class LangChainMilvusColumns(LangChainMilvus):
    """What it does unless told otherwise: each key of the first document becomes a column."""

    settings = {}


class LangChainWeaviate(IdInMetadata):
    packages = ["langchain-core", "langchain-weaviate", "weaviate-client"]
    id_key = "uuid"

    def __init__(self, name, urls, make):
        from langchain_weaviate import WeaviateVectorStore

        self.store = WeaviateVectorStore(
            client=weaviate_client(urls),
            index_name=name[0].upper() + name[1:],
            text_key="text",
            embedding=langchain_embeddings(),
        )

    def found(self, text, k, **more):
        """By the vector alone, where it would look for words too."""
        return self.store._perform_search(query=text, k=k, alpha=1, return_uuids=True, **more)

    def filter(self, field, value, k):
        from weaviate.classes.query import Filter

        return [self.id_of(one) for one in self.found("x", k, filters=Filter.by_property(field).equal(value))]


class LangChainElasticsearch(LangChain):
    packages = ["langchain-core", "langchain-elasticsearch", "elasticsearch"]

    def __init__(self, name, urls, make):
        from elasticsearch import Elasticsearch
        from langchain_elasticsearch import ElasticsearchStore

        # With a client it does not ask the root for a version, which is a module that no registry has.
        client = Elasticsearch(urls["elasticsearch"])
        if make:
            # Of itself the server rounds what it searches by to 8 bits, and finds others.
            vector = {"type": "dense_vector", "dims": DIMENSION, "index_options": {"type": "hnsw"}}
            client.indices.create(index=name, mappings={"properties": {"vector": vector}})
        self.store = ElasticsearchStore(client=client, index_name=name, embedding=langchain_embeddings())

    def found(self, text, k, **more):
        """It leaves out the ids unless somebody builds the documents."""
        from langchain_core.documents import Document

        def built(hit):
            source = hit["_source"]
            return Document(id=hit["_id"], page_content=source["text"], metadata=source["metadata"])

        return self.store.similarity_search(text, k=k, fetch_k=50, doc_builder=built, **more)

    def search(self, text, k):
        return [one.id for one in self.found(text, k)]

    def filter(self, field, value, k):
        path = f"metadata.{field}.keyword" if isinstance(value, str) else f"metadata.{field}"
        return [one.id for one in self.found("x", k, filter=[{"term": {path: value}}])]

    def read(self, k):
        return [plain(one.id, one.page_content, one.metadata) for one in self.found("x", k)]


class LangChainOpenSearch(LangChain):
    packages = ["langchain-core", "langchain-community", "opensearch-py"]

    def __init__(self, name, urls, make):
        from langchain_community.vectorstores import OpenSearchVectorSearch

        self.settings = {"engine": "lucene", "space_type": "cosinesimil"}
        self.store = OpenSearchVectorSearch(
            opensearch_url=urls["opensearch"], index_name=name, embedding_function=langchain_embeddings()
        )

    def add(self, documents):
        self.store.add_texts(
            [one["text"] for one in documents],
            [one["metadata"] for one in documents],
            ids=[one["id"] for one in documents],
            **self.settings,
        )
        self.store.client.indices.refresh(index=self.store.index_name)

    def search(self, text, k):
        """Among more than are taken: the server looks at no more than are asked for, and misses some."""
        return super().search(text, 50)[:k]

    def condition(self, field, value):
        path = f"metadata.{field}.keyword" if isinstance(value, str) else f"metadata.{field}"
        return {"term": {path: value}}

    def filter(self, field, value, k):
        found = self.store.similarity_search("x", k=k, efficient_filter=self.condition(field, value))
        return [self.id_of(one) for one in found]

    def delete(self, ids):
        self.store.delete(ids=ids, refresh_indices=True)
        self.store.client.indices.refresh(index=self.store.index_name)


class LangChainRedis(LangChain):
    packages = ["langchain-core", "langchain-redis", "redisvl"]

    def __init__(self, name, urls, make):
        from langchain_redis import RedisConfig, RedisVectorStore

        schema = [{"name": "source", "type": "tag"}, {"name": "page", "type": "numeric"}]
        self.store = RedisVectorStore(
            langchain_embeddings(), config=RedisConfig(index_name=name, redis_url=urls["redis"], metadata_schema=schema)
        )

    def read(self, k):
        client, prefix = self.store.config.redis(), f"{self.store.config.key_prefix}:"
        ids = [key.decode().removeprefix(prefix) for key in client.scan_iter(f"{prefix}*")]
        return [plain(one.id, one.page_content, one.metadata) for one in self.store.get_by_ids(ids)]

    def search(self, text, k):
        """It hands out texts without their ids."""
        ids = {one["text"]: one["id"] for one in self.read(k)}
        return [ids[one.page_content] for one in self.store.similarity_search(text, k=k)]

    def filter(self, field, value, k):
        from redisvl.query.filter import Num, Tag

        condition = Tag(field) == value if isinstance(value, str) else Num(field) == value
        ids = {one["text"]: one["id"] for one in self.read(k)}
        return [ids[one.page_content] for one in self.store.similarity_search("x", k=k, filter=condition)]


class LangChainMongodb(IdInMetadata):
    packages = ["langchain-core", "langchain-mongodb", "pymongo"]
    id_key = "_id"

    def __init__(self, name, urls, make):
        from langchain_mongodb import MongoDBAtlasVectorSearch
        from pymongo import MongoClient

        collection = MongoClient(urls["mongodb"])["vsm"][name]
        self.store = MongoDBAtlasVectorSearch(
            collection=collection,
            embedding=langchain_embeddings(),
            index_name="vector_index",
            relevance_score_fn="cosine",
        )
        if make:
            self.store.create_vector_search_index(dimensions=DIMENSION, filters=["page", "source"])

    def filter(self, field, value, k):
        return [self.id_of(one) for one in self.found("x", k, pre_filter={field: {"$eq": value}})]


APPLICATIONS = {
    "langchain-milvus": LangChainMilvus,
    "langchain-milvus-columns": LangChainMilvusColumns,
    "langchain-weaviate": LangChainWeaviate,
    "langchain-elasticsearch": LangChainElasticsearch,
    "langchain-opensearch": LangChainOpenSearch,
    "langchain-redis": LangChainRedis,
    "langchain-mongodb": LangChainMongodb,
}

if __name__ == "__main__":
    main(APPLICATIONS)
