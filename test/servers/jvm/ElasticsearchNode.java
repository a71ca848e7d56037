import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One Elasticsearch node in this process: folder, port for HTTP, port between nodes. By reflection, since its classes are of a newer
 * Java than the compiler that is at hand.
 */
public final class ElasticsearchNode {
  public static void main(String[] words) throws Exception {
    Path home = Path.of(words[0]);
    Object builder = call("common.settings.Settings", null, "builder");
    Map<String, String> wanted = Map.ofEntries(
        Map.entry("path.home", home.toString()),
        Map.entry("cluster.name", "vsm-test"),
        Map.entry("node.name", "vsm"),
        Map.entry("discovery.type", "single-node"),
        Map.entry("network.host", "127.0.0.1"),
        Map.entry("http.port", words[1]),
        Map.entry("transport.port", words[2]),
        Map.entry("cluster.routing.allocation.disk.threshold_enabled", "false"));
    Method put = builder.getClass().getMethod("put", String.class, String.class);
    for (Map.Entry<String, String> one : wanted.entrySet()) put.invoke(builder, one.getKey(), one.getValue());
    Object settings = builder.getClass().getMethod("build").invoke(builder);
    Supplier<String> name = () -> "vsm";

    call("common.logging.LogConfigurator", null, "registerErrorListener");
    call("common.logging.LogConfigurator", null, "configureESLogging");
    of("common.logging.LogConfigurator").getMethod("configureWithoutConfig", settings.getClass()).invoke(null, settings);
    Object environment = of("node.InternalSettingsPreparer")
        .getMethod("prepareEnvironment", settings.getClass(), Map.class, Path.class, Supplier.class)
        .invoke(null, settings, Map.of(), home.resolve("config"), name);
    Object modules = of("plugins.PluginsLoader")
        .getMethod("loadModulesBundles", Path.class).invoke(null, home.resolve("modules"));
    Object plugins = of("plugins.PluginsLoader")
        .getMethod("createPluginsLoader", Set.class, Set.class, Map.class, boolean.class)
        .invoke(null, modules, Set.of(), Map.of(), false);
    Constructor<?> constructor = of("node.Node").getConstructor(environment.getClass(), plugins.getClass());
    Object node = constructor.newInstance(environment, plugins);
    node.getClass().getMethod("start").invoke(node);
    // Its own threads end with the last of others.
    Thread.currentThread().join();
  }

  private static Class<?> of(String name) throws ClassNotFoundException {
    return Class.forName("org.elasticsearch." + name);
  }

  private static Object call(String className, Object object, String method) throws Exception {
    return of(className).getMethod(method).invoke(object);
  }
}
