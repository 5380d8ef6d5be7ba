package dev.koi.docker.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.docker.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineEventTest {

  private static final String CONTAINER = "c".repeat(64);
  private static final String NETWORK = "e".repeat(64);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start",
        "die",
        "died",
        "stop",
        "kill",
        "oom",
        "pause",
        "unpause",
        "rename",
        "update",
        "destroy",
        "remove",
        "cleanup",
        "health_status",
        "health_status: healthy",
        "something new"
      })
  void whatMayChangeAContainerNamesIt(String action) throws IOException {
    assertThat(event("container", action, CONTAINER, "").changedContainer("")).contains(CONTAINER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "init",
        "restart",
        "exec",
        "exec_create: sh -c true",
        "exec_start: sh",
        "exec_die",
        "exec_died",
        "attach",
        "detach",
        "resize",
        "top",
        "commit",
        "export",
        "archive-path",
        "extract-to-dir",
        "mount",
        "unmount",
        "prune"
      })
  void whatChangesNothingCostsNothing(String action) throws IOException {
    assertThat(event("container", action, CONTAINER, "").changedContainer("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"connect, true", "disconnect, true", "create, false", "destroy, false"})
  void anEventOfANetworkChangesTheContainerThatJoinsOrLeaves(String action, boolean hint)
      throws IOException {
    EngineEvent event = event("network", action, NETWORK, CONTAINER);

    assertThat(event.changedContainer(event.container()).isPresent()).isEqualTo(hint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'Type':null,'Action':null,'Actor':null}",
        "{'Type':'container','Action':'start','Actor':{'ID':''}}",
        "{'Type':'container','Action':'start','Actor':{'ID':'../version'}}",
        "{'Type':'container','Action':'start','Actor':['x']}",
        "{'Type':7,'Action':{'a':[1,2]},'Actor':{'ID':{'x':1}}}",
        "{'Type':'pod','Action':'start','Actor':{'ID':'cccccccccccccccccccccccc'}}",
        "{'message':'an error in the middle of the stream'}"
      })
  void whatNamesNoContainerIsIgnored(String json) throws IOException {
    EngineEvent event = read(json);

    assertThat(event.changedContainer(event.container())).isEmpty();
    assertThat(event.changedContainer(event.actor())).isEmpty();
  }

  @Test
  void hugeLabelsOfAnEventAreSkipped() throws IOException {
    String label = "x".repeat(30_000_000);

    EngineEvent event =
        read(
            "{'status':'start','Actor':{'Attributes':{'label':'"
                + label
                + "','container':'"
                + CONTAINER
                + "'},'ID':'"
                + NETWORK
                + "'},'Type':'network','Action':'connect'}");

    assertThat(event.changedContainer(event.container())).contains(CONTAINER);
  }

  @Test
  void theCommandOfAnExecIsNotKept() throws IOException {
    assertThat(event("container", "exec_create: login --password canary", CONTAINER, "").toString())
        .doesNotContain("canary");
  }

  @Test
  void theSandboxOfAPodOfKubernetesIsInfrastructure() {
    DockerDialect docker = new DockerDialect();
    String key = "io.kubernetes.docker.type";
    String image = "registry.k8s.io/pause:3.9";
    assertThat(docker.isInfrastructure("k8s_POD_x", image, "/pause", Map.of(key, "podsandbox")))
        .isTrue();
    assertThat(docker.isInfrastructure("k8s_x", "x", "/x", Map.of(key, "container"))).isFalse();
    assertThat(docker.isInfrastructure("36f26c5a1760-infra", "", "/catatonit -P", Map.of()))
        .isFalse();
  }

  private static EngineEvent event(String type, String action, String actor, String container)
      throws IOException {
    return read(
        String.format(
            "{'Type':'%s','Action':'%s','Actor':{'ID':'%s','Attributes':{'container':'%s'}}}",
            type, action, actor, container));
  }

  private static EngineEvent read(String json) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Json reader = new Json(new ByteArrayInputStream(bytes), Long.MAX_VALUE);
    assertThat(reader.next()).isTrue();
    return EngineEvent.read(reader);
  }
}
