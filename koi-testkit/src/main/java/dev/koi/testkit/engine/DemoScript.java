package dev.koi.testkit.engine;

import java.util.List;

/** A small shop and a few neighbours, of which something changes about every second. */
final class DemoScript {
  private final List<Runnable> steps;

  DemoScript(SimulatedEngine engine) {
    String web =
        engine.run(
            shop("web", 1)
                .image("nginx:1.27")
                .publish(8080, 80)
                .publish(8443, 443)
                .healthcheck("curl -f http://localhost/")
                .label("koi.enable", "true")
                .label("koi.type", "_http._tcp")
                .label("koi.name", "Shop")
                .label("koi.txt.path", "/")
                .label("koi.txt.token", "swordfish")
                .label("koi.health.intervall", "30s")
                .label("org.opencontainers.image.title", "The shop's front"));
    String api =
        engine.run(
            shop("api", 1)
                .image("registry.example.com:5000/shop/api:3.2")
                .publish("127.0.0.1:8081:8081")
                .healthcheck("wget -q -O- localhost:8081/health")
                .label("koi.enable", "yes please")
                .label("koi.proxy.port", "80a"));
    String db =
        engine.run(shop("db", 1).image("postgres:17").expose(5432).label("koi.enable", "false"));
    String worker = engine.run(shop("worker", 1).image("shop/worker:3.2"));
    engine.run(shop("worker", 2).image("shop/worker:3.2"));
    String cache = engine.run(ContainerSpec.of("cache").image("redis:7").publish(6379, 6379));
    engine.run(
        ContainerSpec.of("dns")
            .image("coredns/coredns:1.11")
            .publish("53:53/udp")
            .publish(53, 53)
            .label("koi.announce", "Name Server"));
    engine.run(
        ContainerSpec.of("voice")
            .image("media/turn@sha256:" + "0123456789abcdef".repeat(4))
            .publish("3478:3478/udp")
            .publish("49160:49160/udp")
            .publish("49161:49161/udp")
            .publish("49162:49162/udp"));
    engine.run(
        ContainerSpec.of("wiki")
            .image("wiki:11")
            .expose(3000)
            .label("traefik.http.routers.wiki.rule", "Host(`wiki.example.com`)")
            .label("traefik.http.services.wiki.loadbalancer.server.port", "3000"));
    String batch = engine.run(ContainerSpec.of("batch").image("shop/batch:3.2"));
    engine.pause(batch);
    steps =
        List.of(
            () -> engine.health(web, "healthy"),
            () -> engine.health(api, "healthy"),
            () -> engine.pause(db),
            () -> engine.run(job().publish(0, 9000)),
            () -> engine.unpause(db),
            () -> engine.stop(worker),
            () -> engine.health(api, "unhealthy"),
            () -> engine.rename(cache, "cache-green"),
            () -> engine.start(worker),
            () -> engine.connectNetwork(cache, "shop_default"),
            () -> engine.restart(api),
            () -> engine.health(api, "healthy"),
            () -> engine.unpause(batch),
            () -> engine.die("nightly-report", 0),
            () -> engine.disconnectNetwork(cache, "shop_default"),
            () -> engine.rename(cache, "cache"),
            () -> engine.pause(batch));
  }

  /** The changes in order; after the last, the first may follow again. */
  List<Runnable> steps() {
    return steps;
  }

  private static ContainerSpec job() {
    return ContainerSpec.of("nightly-report").image("shop/report:1").autoRemove();
  }

  private static ContainerSpec shop(String service, int number) {
    return ContainerSpec.of("shop-" + service + "-" + number)
        .network("shop_default", service)
        .restart("unless-stopped")
        .label("com.docker.compose.config-hash", "5f2c")
        .label("com.docker.compose.project", "shop")
        .label("com.docker.compose.service", service)
        .label("com.docker.compose.container-number", Integer.toString(number));
  }
}
