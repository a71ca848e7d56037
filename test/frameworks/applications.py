"""Applications as they use the frameworks: each writes documents, reads them, searches, filters, deletes and adds.

Reads one JSON request a line from stdin and answers with one JSON line. VSM is not known here.
"""

import base64
import hashlib
import json
import math
import os
import re
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ.update({"ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False"})

DIMENSION = 16


def vector_of(text):
    """The same for the same text, and near for texts that share words."""
    values = [0.0] * DIMENSION
    for word in re.findall(r"\w+", text.lower()) or [""]:
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(DIMENSION):
            values[at] += digest[at] / 255 - 0.5
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def words_of(text):
    """A sparse vector: how often each word comes, heavier in some texts than in others, so that few scores are equal."""
    weight = 1 + hashlib.sha256(text.encode()).digest()[0] / 256
    counts = {}
    for word in re.findall(r"\w+", text.lower()):
        index = int.from_bytes(hashlib.sha256(word.encode()).digest()[:3], "big")
        counts[index] = counts.get(index, 0.0) + weight
    return sorted(counts), [counts[index] for index in sorted(counts)]


def ranked(found):
    """Ids by score, and in one order where scores are equal, which no store promises."""
    return sorted([round(score, 5), document_id] for document_id, score in found)


def version(name):
    from importlib.metadata import version as of

    return f"{name} {of(name)}"


def postgres(url, driver):
    return url.replace("postgresql://", f"postgresql+{driver}://")


def plain(document_id, text, metadata, blob=None):
    """Metadata as JSON text, so that 1 and 1.0 stay different, and apart from it what VSM kept aside."""
    aside = sorted(key for key in metadata if key.startswith("__vsm"))
    shown = {key: value for key, value in metadata.items() if key not in aside}
    printed = json.dumps(shown, sort_keys=True, ensure_ascii=False)
    entry = {"id": str(document_id), "text": text, "metadata": printed, "aside": aside}
    return entry if blob is None else {**entry, "blob": blob}


# LangChain


def langchain_embeddings():
    from langchain_core.embeddings import Embeddings

    class Deterministic(Embeddings):
        def embed_documents(self, texts):
            return [vector_of(text) for text in texts]

        def embed_query(self, text):
            return vector_of(text)

    return Deterministic()


class LangChain:
    """What all stores of LangChain have in common."""

    def add(self, documents):
        from langchain_core.documents import Document

        given = [Document(page_content=one["text"], metadata=one["metadata"]) for one in documents]
        self.store.add_documents(given, ids=[one["id"] for one in documents])

    def search(self, text, k):
        return [self.id_of(one) for one in self.store.similarity_search(text, k=k)]

    def filter(self, field, value, k):
        found = self.store.similarity_search("x", k=k, filter=self.condition(field, value))
        return [self.id_of(one) for one in found]

    def read(self, k):
        return [plain(self.id_of(one), one.page_content, one.metadata) for one in self.store.similarity_search("x", k=k)]

    def delete(self, ids):
        self.store.delete(ids=ids)

    def id_of(self, document):
        return document.id

    def condition(self, field, value):
        return {field: value}


class LangChainChroma(LangChain):
    packages = ["langchain-core", "langchain-chroma"]

    def __init__(self, name, urls, make):
        import chromadb
        from langchain_chroma import Chroma
        from urllib.parse import urlparse

        address = urlparse(urls["chroma"])
        client = chromadb.HttpClient(host=address.hostname, port=address.port)
        self.store = Chroma(
            collection_name=name,
            embedding_function=langchain_embeddings(),
            client=client,
            collection_metadata={"hnsw:space": "cosine"} if make else None,
            create_collection_if_not_exists=make,
        )


class LangChainQdrant(LangChain):
    packages = ["langchain-core", "langchain-qdrant"]

    def __init__(self, name, urls, make):
        from langchain_qdrant import QdrantVectorStore
        from qdrant_client import QdrantClient, models

        client = QdrantClient(url=urls["qdrant"], check_compatibility=False)
        if make:
            params = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
            client.create_collection(name, vectors_config=params)
        self.store = QdrantVectorStore(client=client, collection_name=name, embedding=langchain_embeddings())

    def id_of(self, document):
        return document.metadata.pop("_id")

    def read(self, k):
        found = []
        for one in self.store.similarity_search("x", k=k):
            document_id = one.metadata["_id"]
            metadata = {key: value for key, value in one.metadata.items() if key not in ("_id", "_collection_name")}
            found.append(plain(document_id, one.page_content, metadata))
        return found

    def condition(self, field, value):
        from qdrant_client import models

        match = models.FieldCondition(key=f"metadata.{field}", match=models.MatchValue(value=value))
        return models.Filter(must=[match])


class LangChainQdrantHybrid(LangChainQdrant):
    def __init__(self, name, urls, make):
        from langchain_qdrant import QdrantVectorStore, RetrievalMode
        from langchain_qdrant.sparse_embeddings import SparseEmbeddings, SparseVector
        from qdrant_client import QdrantClient, models

        class Words(SparseEmbeddings):
            def embed_documents(self, texts):
                return [self.embed_query(text) for text in texts]

            def embed_query(self, text):
                indices, values = words_of(text)
                return SparseVector(indices=indices, values=values)

        client = QdrantClient(url=urls["qdrant"], check_compatibility=False)
        if make:
            client.create_collection(
                name,
                vectors_config=models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE),
                sparse_vectors_config={"langchain-sparse": models.SparseVectorParams()},
            )
        self.store = QdrantVectorStore(
            client=client,
            collection_name=name,
            embedding=langchain_embeddings(),
            sparse_embedding=Words(),
            retrieval_mode=RetrievalMode.HYBRID,
        )

    def search(self, text, k):
        """Which of those with equal scores is among the first is the server's whim."""
        return [document_id for _, document_id in self.hybrid(text, 50)][-k:]

    def hybrid(self, text, k):
        found = self.store.similarity_search_with_score(text, k=k)
        return ranked((self.id_of(one), score) for one, score in found)


class LangChainPgvector(LangChain):
    packages = ["langchain-core", "langchain-postgres"]

    def __init__(self, name, urls, make):
        from langchain_postgres import PGVector

        self.store = PGVector(
            embeddings=langchain_embeddings(),
            connection=postgres(urls["postgres"], "psycopg"),
            collection_name=name,
            collection_metadata={"made for": name} if make else None,
        )


class LangChainPgvectorStore(LangChain):
    packages = ["langchain-core", "langchain-postgres"]

    def __init__(self, name, urls, make):
        from langchain_postgres import PGEngine, PGVectorStore

        engine = PGEngine.from_connection_string(url=postgres(urls["postgres"], "psycopg"))
        if make:
            engine.init_vectorstore_table(name, DIMENSION)
        self.store = PGVectorStore.create_sync(engine, embedding_service=langchain_embeddings(), table_name=name)


class LangChainPgvectorStoreHybrid(LangChain):
    packages = ["langchain-core", "langchain-postgres"]

    def __init__(self, name, urls, make):
        from langchain_postgres import PGEngine, PGVectorStore
        from langchain_postgres.v2.hybrid_search_config import HybridSearchConfig

        config = HybridSearchConfig(tsv_column="content_tsv", primary_top_k=50, secondary_top_k=50)
        engine = PGEngine.from_connection_string(url=postgres(urls["postgres"], "psycopg"))
        if make:
            engine.init_vectorstore_table(name, DIMENSION, hybrid_search_config=config)
        self.store = PGVectorStore.create_sync(
            engine, embedding_service=langchain_embeddings(), table_name=name, hybrid_search_config=config
        )

    def hybrid(self, text, k):
        found = self.store.similarity_search_with_score(text, k=k)
        return ranked((self.id_of(one), score) for one, score in found)


class LangChainCommunity(LangChain):
    packages = ["langchain-core", "langchain-community"]

    def __init__(self, name, urls, make):
        from langchain_community.vectorstores.pgvector import PGVector

        self.store = PGVector(
            connection_string=postgres(urls["community"], "psycopg2"),
            embedding_function=langchain_embeddings(),
            collection_name=name,
        )

    def read(self, k):
        from sqlalchemy import text

        with self.store._bind.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT custom_id, document, e.cmetadata FROM langchain_pg_embedding e JOIN langchain_pg_collection c"
                    " ON c.uuid = e.collection_id WHERE c.name = :name"
                ),
                {"name": self.store.collection_name},
            ).all()
        return [plain(document_id, document, metadata) for document_id, document, metadata in rows]

    def search(self, text, k):
        found = self.store.similarity_search(text, k=k)
        ids = {one["text"]: one["id"] for one in self.read(k)}
        return [ids[one.page_content] for one in found]

    def filter(self, field, value, k):
        found = self.store.similarity_search("x", k=k, filter={field: value})
        ids = {one["text"]: one["id"] for one in self.read(k)}
        return [ids[one.page_content] for one in found]


# LlamaIndex


class LlamaIndex:
    def add(self, documents):
        from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

        nodes = []
        for one in documents:
            relationships = {NodeRelationship.SOURCE: RelatedNodeInfo(node_id=one["ref"], metadata={"f": 1})}
            node = TextNode(
                id_=one["id"],
                text=one["text"],
                metadata=one["metadata"],
                relationships=relationships,
                excluded_embed_metadata_keys=["page"],
            )
            node.embedding = vector_of(one["text"])
            nodes.append(node)
        self.store.add(nodes)

    def ask(self, text, k, filters=None):
        from llama_index.core.vector_stores import VectorStoreQuery

        query = VectorStoreQuery(query_embedding=vector_of(text), similarity_top_k=k, filters=filters)
        return self.store.query(query).nodes or []

    def search(self, text, k):
        return [node.node_id for node in self.ask(text, k)]

    def hybrid(self, text, k):
        from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode

        query = VectorStoreQuery(
            query_embedding=vector_of(text),
            query_str=text,
            mode=VectorStoreQueryMode.HYBRID,
            similarity_top_k=k,
            sparse_top_k=k,
        )
        found = self.store.query(query)
        return ranked((node.node_id, score) for node, score in zip(found.nodes or [], found.similarities or []))

    def filter(self, field, value, k):
        from llama_index.core.vector_stores import MetadataFilter, MetadataFilters

        filters = MetadataFilters(filters=[MetadataFilter(key=field, value=value)])
        return [node.node_id for node in self.ask("x", k, filters)]

    def read(self, k):
        return [
            {
                **plain(node.node_id, node.get_content(), node.metadata),
                "ref": node.ref_doc_id,
                "excluded": node.excluded_embed_metadata_keys,
            }
            for node in self.ask("x", k)
        ]

    def delete(self, ids):
        self.store.delete_nodes(node_ids=ids)

    def delete_ref(self, ref):
        self.store.delete(ref)


class LlamaIndexFolder(LlamaIndex):
    """What needs no server: two files of a storage folder."""

    packages = ["llama-index-core"]

    def __init__(self, name, urls, make):
        from llama_index.core.storage.docstore import SimpleDocumentStore
        from llama_index.core.vector_stores import SimpleVectorStore

        folder = os.path.join(urls["folders"], name)
        self.vectors = os.path.join(folder, "default__vector_store.json")
        self.documents = os.path.join(folder, "docstore.json")
        self.store = SimpleVectorStore() if make else SimpleVectorStore.from_persist_path(self.vectors)
        self.docstore = SimpleDocumentStore() if make else SimpleDocumentStore.from_persist_path(self.documents)
        # The base adds to the store alone.
        add = self.store.add

        def both(nodes):
            add(nodes)
            self.docstore.add_documents(nodes)
            self.store.persist(self.vectors)
            self.docstore.persist(self.documents)

        object.__setattr__(self.store, "add", both)

    def ask(self, text, k, filters=None):
        from llama_index.core.vector_stores import VectorStoreQuery

        query = VectorStoreQuery(query_embedding=vector_of(text), similarity_top_k=k, filters=filters)
        return [self.docstore.get_node(one) for one in self.store.query(query).ids or []]


class LlamaIndexChroma(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-chroma"]

    def __init__(self, name, urls, make):
        import chromadb
        from llama_index.vector_stores.chroma import ChromaVectorStore
        from urllib.parse import urlparse

        address = urlparse(urls["chroma"])
        client = chromadb.HttpClient(host=address.hostname, port=address.port)
        collection = (
            client.create_collection(name, metadata={"hnsw:space": "cosine"}) if make else client.get_collection(name)
        )
        self.store = ChromaVectorStore(chroma_collection=collection)


class LlamaIndexQdrant(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-qdrant"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.qdrant import QdrantVectorStore
        from qdrant_client import QdrantClient

        client = QdrantClient(url=urls["qdrant"], check_compatibility=False)
        self.store = QdrantVectorStore(collection_name=name, client=client)


class LlamaIndexQdrantHybrid(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-qdrant"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.qdrant import QdrantVectorStore
        from qdrant_client import QdrantClient

        def words(texts):
            pairs = [words_of(text) for text in texts]
            return [indices for indices, _ in pairs], [values for _, values in pairs]

        client = QdrantClient(url=urls["qdrant"], check_compatibility=False)
        self.store = QdrantVectorStore(
            collection_name=name, client=client, enable_hybrid=True, sparse_doc_fn=words, sparse_query_fn=words
        )


class LlamaIndexPostgres(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-postgres"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.postgres import PGVectorStore

        # It puts "data_" in front of the name.
        self.store = PGVectorStore.from_params(
            connection_string=postgres(urls["postgres"], "psycopg2"),
            async_connection_string=postgres(urls["postgres"], "asyncpg"),
            table_name=name.removeprefix("data_"),
            embed_dim=DIMENSION,
        )


class LlamaIndexPostgresHybrid(LlamaIndex):
    packages = ["llama-index-core", "llama-index-vector-stores-postgres"]

    def __init__(self, name, urls, make):
        from llama_index.vector_stores.postgres import PGVectorStore

        self.store = PGVectorStore.from_params(
            connection_string=postgres(urls["postgres"], "psycopg2"),
            async_connection_string=postgres(urls["postgres"], "asyncpg"),
            table_name=name.removeprefix("data_"),
            embed_dim=DIMENSION,
            hybrid_search=True,
            text_search_config="english",
        )


# Haystack


class Haystack:
    def add(self, documents):
        from haystack import Document
        from haystack.dataclasses import ByteStream

        given = []
        for one in documents:
            blob = None
            if one.get("blob") is not None:
                data = base64.b64decode(one["blob"]["data"])
                blob = ByteStream(data=data, meta=one["blob"]["meta"], mime_type=one["blob"]["mime_type"])
            given.append(
                Document(
                    id=one["id"], content=one["text"], meta=one["metadata"], embedding=vector_of(one["text"]), blob=blob
                )
            )
        self.store.write_documents(given)

    def read(self, k):
        found = []
        for one in self.store.filter_documents():
            blob = None
            if one.blob is not None:
                data = base64.b64encode(one.blob.data).decode()
                blob = {"data": data, "meta": one.blob.meta, "mime_type": one.blob.mime_type}
            found.append(plain(one.id, one.content, one.meta, blob))
        return found

    def filter(self, field, value, k):
        condition = {"field": f"meta.{field}", "operator": "==", "value": value}
        return [one.id for one in self.store.filter_documents(filters=condition)]

    def delete(self, ids):
        self.store.delete_documents(ids)


class HaystackChroma(Haystack):
    packages = ["haystack-ai", "chroma-haystack"]

    def __init__(self, name, urls, make):
        from haystack_integrations.document_stores.chroma import ChromaDocumentStore
        from urllib.parse import urlparse

        address = urlparse(urls["chroma"])
        self.store = ChromaDocumentStore(
            collection_name=name, host=address.hostname, port=address.port, distance_function="cosine"
        )

    def search(self, text, k):
        return [one.id for one in self.store.search_embeddings([vector_of(text)], k)[0]]


class HaystackQdrant(Haystack):
    packages = ["haystack-ai", "qdrant-haystack"]

    def __init__(self, name, urls, make):
        from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

        self.store = QdrantDocumentStore(url=urls["qdrant"], index=name, embedding_dim=DIMENSION)

    def search(self, text, k):
        return [one.id for one in self.store._query_by_embedding(vector_of(text), top_k=k)]


class HaystackPgvector(Haystack):
    packages = ["haystack-ai", "pgvector-haystack"]

    def __init__(self, name, urls, make):
        from haystack.utils import Secret
        from haystack_integrations.document_stores.pgvector import PgvectorDocumentStore

        self.store = PgvectorDocumentStore(
            connection_string=Secret.from_token(urls["postgres"]),
            table_name=name,
            embedding_dimension=DIMENSION,
            keyword_index_name=f"{name}_keyword",
        )

    def search(self, text, k):
        return [one.id for one in self.store._embedding_retrieval(vector_of(text), top_k=k)]


APPLICATIONS = {
    "langchain-chroma": LangChainChroma,
    "langchain-qdrant": LangChainQdrant,
    "langchain-qdrant-hybrid": LangChainQdrantHybrid,
    "langchain-pgvector": LangChainPgvector,
    "langchain-pgvectorstore": LangChainPgvectorStore,
    "langchain-pgvectorstore-hybrid": LangChainPgvectorStoreHybrid,
    "langchain-community": LangChainCommunity,
    "llamaindex-folder": LlamaIndexFolder,
    "llamaindex-chroma": LlamaIndexChroma,
    "llamaindex-qdrant": LlamaIndexQdrant,
    "llamaindex-qdrant-hybrid": LlamaIndexQdrantHybrid,
    "llamaindex-postgres": LlamaIndexPostgres,
    "llamaindex-postgres-hybrid": LlamaIndexPostgresHybrid,
    "haystack-chroma": HaystackChroma,
    "haystack-qdrant": HaystackQdrant,
    "haystack-pgvector": HaystackPgvector,
}


def answer(request, applications):
    kind = applications[request["application"]]
    verb = request["verb"]
    if verb == "versions":
        return [version(name) for name in kind.packages]
    application = kind(request["name"], request["urls"], request.get("make", False))
    return getattr(application, verb)(*request.get("arguments", []))


def main(applications):
    # Whatever the frameworks print is not an answer.
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            reply = {"result": answer(json.loads(line), applications)}
        except Exception as error:  # The test says what went wrong.
            reply = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(reply, default=str) + "\n")
        out.flush()


if __name__ == "__main__":
    main(APPLICATIONS)
