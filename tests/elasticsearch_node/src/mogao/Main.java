package mogao;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.BareNode;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** One node on this machine alone: {@code Main PORT FOLDER}, until it is told to end. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        Path config = Files.createDirectories(folder.resolve("config"));
        Settings settings = Settings.builder()
            .put("path.home", folder.toString())
            .put("path.data", folder.resolve("data").toString())
            .put("cluster.name", "mogao-tests")
            .put("node.name", "only")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[0])
            .put("transport.port", "0")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .put("indices.breaker.total.use_real_memory", false)
            .build();
        LogConfigurator.configureESLogging();
        BareNode node = new BareNode(
            new Environment(settings, config),
            List.of(new Netty4Plugin(), new RootPlugin())
        );
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, ended)));
        node.start();
        ended.await();
    }

    private static void close(BareNode node, CountDownLatch ended) {
        try {
            node.close();
        } catch (Exception error) {
            error.printStackTrace();
        } finally {
            ended.countDown();
        }
    }
}
