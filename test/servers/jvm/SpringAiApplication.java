import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.ObjectMapper;

/** An application of Spring AI, as test/frameworks/applications.py has them of the frameworks in Python. VSM is not known here. */
public final class SpringAiApplication {
  private static final int DIMENSION = 16;
  private static final String TEXTS =
      "river bridge copper lantern winter orchard signal harbour granite meadow Köln 東京 ink ladder new document";
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] words) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Map<String, Object> reply = new HashMap<>();
      try {
        reply.put("result", answer(JSON.readValue(line, Map.class)));
      } catch (Exception error) {
        reply.put("error", error.toString());
      }
      out.println(JSON.writeValueAsString(reply));
    }
  }

  @SuppressWarnings("unchecked")
  private static Object answer(Map<String, Object> request) throws Exception {
    String verb = (String) request.get("verb");
    if (verb.equals("versions")) return List.of("spring-ai-pgvector-store 2.0.1", "spring-jdbc 7.0.8");
    String url = (String) ((Map<?, ?>) request.get("urls")).get("postgres");
    PgVectorStore store = open(url, (String) request.get("name"), Boolean.TRUE.equals(request.get("make")));
    List<Object> words = (List<Object>) request.get("arguments");
    switch (verb) {
      case "add" -> store.add(((List<Map<String, Object>>) words.get(0)).stream()
          .map(one -> new Document(
              (String) one.get("id"), (String) one.get("text"), (Map<String, Object>) one.get("metadata")))
          .toList());
      case "delete" -> store.delete((List<String>) words.get(0));
      case "read" -> {
        return all(store, null).stream().map(SpringAiApplication::plain).toList();
      }
      case "search" -> {
        return found(store, (String) words.get(0), words.get(1), null).stream().map(Document::getId).toList();
      }
      case "filter" -> {
        Filter.Expression wanted = new FilterExpressionBuilder().eq((String) words.get(0), words.get(1)).build();
        return all(store, wanted).stream().map(Document::getId).toList();
      }
      default -> throw new IllegalArgumentException("there is no verb " + verb);
    }
    return null;
  }

  private static PgVectorStore open(String url, String name, boolean make) {
    URI address = URI.create(url);
    String jdbc = "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath();
    String user = address.getUserInfo().replaceFirst(":.*", "");
    JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(jdbc, user, ""));
    // As its documentation has applications make it, where initializeSchema needs extensions that the packaged Postgres has not.
    if (make) {
      database.execute("CREATE TABLE public." + name + " (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, content text, metadata json, embedding vector(" + DIMENSION + "))");
      database.execute("CREATE INDEX ON public." + name + " USING HNSW (embedding vector_cosine_ops)");
    }
    PgVectorStore store = PgVectorStore.builder(database, new Words()).vectorTableName(name).dimensions(DIMENSION).build();
    store.afterPropertiesSet();
    return store;
  }

  private static List<Document> found(PgVectorStore store, String text, Object count, Filter.Expression wanted) {
    SearchRequest.Builder request = SearchRequest.builder().query(text).topK((Integer) count).similarityThresholdAll();
    if (wanted != null) request.filterExpression(wanted);
    return store.similaritySearch(request.build());
  }

  /** It finds nothing on the other side of what is asked for, and lists nothing: whatever one of these texts is near to. */
  private static Collection<Document> all(PgVectorStore store, Filter.Expression wanted) {
    Map<String, Document> all = new TreeMap<>();
    for (String text : TEXTS.split(" ")) {
      for (Document one : found(store, text, 50, wanted)) all.put(one.getId(), one);
    }
    return all.values();
  }

  /** Metadata as Python prints it, so that 1 and 1.0 stay different. */
  private static Map<String, Object> plain(Document document) {
    Map<String, Object> shown = new HashMap<>(document.getMetadata());
    // It tells each document how far it is from what was asked for.
    shown.remove("distance");
    List<String> aside = shown.keySet().stream().filter(key -> key.startsWith("__vsm")).sorted().toList();
    aside.forEach(shown::remove);
    return Map.of(
        "id", document.getId(), "text", document.getText(), "metadata", printed(shown), "aside", aside);
  }

  private static String printed(Object value) {
    if (value instanceof Map<?, ?> map) {
      return new TreeMap<>(map).entrySet().stream()
          .map(entry -> JSON.writeValueAsString(entry.getKey()) + ": " + printed(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SpringAiApplication::printed).collect(Collectors.joining(", ", "[", "]"));
    }
    return JSON.writeValueAsString(value);
  }

  /** The same for the same text, and near for texts that share words, as applications.py makes it. */
  private static final class Words extends AbstractEmbeddingModel {
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      List<Embedding> made = new ArrayList<>();
      for (String text : request.getInstructions()) made.add(new Embedding(vectorOf(text), made.size()));
      return new EmbeddingResponse(made);
    }

    @Override
    public float[] embed(Document document) {
      return vectorOf(document.getText());
    }

    @Override
    public int dimensions() {
      return DIMENSION;
    }

    private static float[] vectorOf(String text) {
      double[] values = new double[DIMENSION];
      List<String> words = WORD.matcher(text.toLowerCase()).results().map(match -> match.group()).toList();
      for (String word : words.isEmpty() ? List.of("") : words) {
        byte[] digest = digestOf(word);
        for (int at = 0; at < DIMENSION; at += 1) values[at] += (digest[at] & 0xff) / 255.0 - 0.5;
      }
      double squares = 0;
      for (double value : values) squares += value * value;
      double length = squares == 0 ? 1 : Math.sqrt(squares);
      float[] vector = new float[DIMENSION];
      for (int at = 0; at < DIMENSION; at += 1) vector[at] = (float) (values[at] / length);
      return vector;
    }

    private static byte[] digestOf(String word) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(word.getBytes(StandardCharsets.UTF_8));
      } catch (java.security.NoSuchAlgorithmException error) {
        throw new IllegalStateException(error);
      }
    }
  }
}
