import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.knn.plugin.KNNPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch node with k-NN in this process: folder, port for HTTP, port between nodes. */
public final class OpenSearchNode extends Node {
  private OpenSearchNode(Environment environment) {
    super(environment, List.of(Netty4Plugin.class, KNNPlugin.class), false);
  }

  public static void main(String[] words) throws Exception {
    Path home = Path.of(words[0]);
    Settings settings = Settings.builder()
        .put("path.home", home)
        .put("cluster.name", "vsm-test")
        .put("node.name", "vsm")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("transport.type", "netty4")
        .put("http.type", "netty4")
        .put("http.port", words[1])
        .put("transport.port", words[2])
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build();
    new OpenSearchNode(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "vsm")).start();
    // Its own threads end with the last of others.
    Thread.currentThread().join();
  }
}
