package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineDialectTest {

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
    for (EngineDialect dialect : EngineDialect.values()) {
      assertThat(dialect.changedContainer(event("container", action, CONTAINER, "")))
          .contains(CONTAINER);
    }
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
    for (EngineDialect dialect : EngineDialect.values()) {
      assertThat(dialect.changedContainer(event("container", action, CONTAINER, ""))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DOCKER, connect, true",
    "DOCKER, disconnect, true",
    "DOCKER, create, false",
    "DOCKER, destroy, false",
    "PODMAN, connect, true",
    "PODMAN, disconnect, true",
    "PODMAN, create, false",
    "PODMAN, remove, false"
  })
  void networkEventsNameTheContainerEachInItsWay(EngineDialect dialect, String action, boolean hint)
      throws IOException {
    EngineEvent event =
        dialect == EngineDialect.DOCKER
            ? event("network", action, NETWORK, CONTAINER)
            : event("network", action, CONTAINER, "");

    assertThat(dialect.changedContainer(event).isPresent()).isEqualTo(hint);
    assertThat(dialect.changedContainer(event).orElse(CONTAINER)).isEqualTo(CONTAINER);
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
    for (EngineDialect dialect : EngineDialect.values()) {
      assertThat(dialect.changedContainer(read(json))).isEmpty();
    }
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

    assertThat(EngineDialect.DOCKER.changedContainer(event)).contains(CONTAINER);
  }

  @Test
  void theCommandOfAnExecIsNotKept() throws IOException {
    assertThat(event("container", "exec_create: login --password canary", CONTAINER, "").toString())
        .doesNotContain("canary");
  }

  @Test
  void onlyPodmanHasInfrastructure() {
    String pod = "/libpod_parent/36f26c5a1760" + "f".repeat(52);
    String podman = "localhost/podman-pause:4.3.1-0";
    assertThat(EngineDialect.PODMAN.isInfrastructure("36f26c5a1760-infra", podman, "")).isTrue();
    assertThat(EngineDialect.PODMAN.isInfrastructure("36f26c5a1760-infra", "", "")).isTrue();
    assertThat(EngineDialect.PODMAN.isInfrastructure("36f26c5a1760-infra", "k8s/pause:3", pod))
        .isTrue();
    assertThat(EngineDialect.PODMAN.isInfrastructure("chosen", podman, pod)).isTrue();
    assertThat(EngineDialect.PODMAN.isInfrastructure("36f26c5a1760-infra", "web:1", "")).isFalse();
    assertThat(EngineDialect.PODMAN.isInfrastructure("my-infra", "web:1", pod)).isFalse();
    assertThat(EngineDialect.DOCKER.isInfrastructure("36f26c5a1760-infra", podman, pod)).isFalse();
  }

  private static EngineEvent event(String type, String action, String actor, String container)
      throws IOException {
    return read(
        String.format(
            "{'Type':'%s','Action':'%s','Actor':{'ID':'%s','Attributes':{'container':'%s'}}}",
            type, action, actor, container));
  }

  private static EngineEvent read(String json) throws IOException {
    JsonParser parser =
        Json.stream(
            new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    parser.nextToken();
    return EngineEvent.read(parser);
  }
}
