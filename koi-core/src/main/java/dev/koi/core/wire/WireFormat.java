package dev.koi.core.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.koi.Compose;
import dev.koi.ContainerPort;
import dev.koi.Instance;
import dev.koi.KoiMetadata;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.RuntimeEvent;
import dev.koi.core.explain.Explanation;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.FoundBackend;
import dev.koi.core.status.KoiStatus;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Instances and events on the wire: JSON in one line, fields in a fixed order, absent values left
 * out. The names are those of koi-runtime 0.3.0, so that its clients go on working. Thread-safe.
 */
public final class WireFormat {

  /** A body that writes itself; unlike a Runnable it may fail as a generator does. */
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private final JsonFactory factory =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Returns one event as an object. */
  public String event(RuntimeEvent event) {
    return written(json -> write(json, event));
  }

  /** Returns instances as an array. */
  public String instances(Collection<Instance> instances) {
    return written(
        json -> {
          json.writeStartArray();
          for (Instance instance : instances) {
            write(json, instance);
          }
          json.writeEndArray();
        });
  }

  /** Returns what is known of one instance, and why. */
  public String explanation(Explanation explanation) {
    return written(json -> write(json, explanation));
  }

  /** Returns how it stands with each backend, and what is wrong with jars. */
  public String backends(KoiStatus status) {
    return written(json -> write(json, status));
  }

  private String written(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = factory.createGenerator(text)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return text.toString().replace("\u007f", "\\u007f"); // ASCII too, but a terminal obeys it
  }

  private static void write(JsonGenerator json, RuntimeEvent event) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", type(event));
    json.writeStringField("time", event.time().toString());
    json.writeNumberField("sequence", event.sequence());
    json.writeStringField("backend", event.backend());
    if (event instanceof RuntimeEvent.Started started) {
      writeInstance(json, started.instance());
    } else if (event instanceof RuntimeEvent.Updated updated) {
      writeInstance(json, updated.instance());
      writeStrings(json, "changed", updated.changed());
    } else if (event instanceof RuntimeEvent.Stopped stopped) {
      writeInstance(json, stopped.instance());
    } else if (event instanceof RuntimeEvent.BackendDisconnected disconnected) {
      json.writeStringField("reason", disconnected.reason());
    }
    json.writeEndObject();
  }

  /** Returns what kind of event it is, in a word. */
  public static String type(RuntimeEvent event) {
    if (event instanceof RuntimeEvent.Started) {
      return "started";
    } else if (event instanceof RuntimeEvent.Updated) {
      return "updated";
    } else if (event instanceof RuntimeEvent.Stopped) {
      return "stopped";
    }
    return event instanceof RuntimeEvent.BackendDisconnected ? "disconnected" : "reconnected";
  }

  private static void writeInstance(JsonGenerator json, Instance instance) throws IOException {
    json.writeFieldName("instance");
    write(json, instance);
  }

  private static void write(JsonGenerator json, Instance instance) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", instance.id());
    json.writeStringField("name", instance.name());
    json.writeStringField("container_name", instance.containerName());
    writeOptional(json, "image", instance.image());
    json.writeStringField("backend", instance.backend());
    json.writeStringField("state", instance.state().wireName());
    json.writeStringField("health", instance.health().wireName());
    writePorts(json, "ports", instance.ports());
    json.writeArrayFieldStart("exposed_ports");
    for (ContainerPort port : instance.exposedPorts()) {
      write(json, port);
    }
    json.writeEndArray();
    writeStrings(json, "ips", instance.ips());
    json.writeArrayFieldStart("networks");
    for (Network network : instance.networks()) {
      write(json, network);
    }
    json.writeEndArray();
    writeStrings(json, "labels", instance.labels());
    if (instance.compose().isPresent()) {
      write(json, instance.compose().get());
    }
    writeOptional(json, "pod", instance.pod());
    json.writeFieldName("metadata");
    write(json, instance.metadata());
    writeOptional(json, "started_at", instance.startedAt().map(Object::toString));
    json.writeStringField("discovered_at", instance.discoveredAt().toString());
    if (instance.truncated()) {
      json.writeBooleanField("truncated", true);
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Explanation explanation) throws IOException {
    json.writeStartObject();
    writeInstance(json, explanation.instance());
    json.writeBooleanField("announced", explanation.announced());
    json.writeStringField("why", explanation.why());
    json.writeArrayFieldStart("labels");
    for (Explanation.Label label : explanation.labels()) {
      json.writeStartObject();
      json.writeStringField("key", label.key());
      json.writeStringField("effect", label.effect().name().toLowerCase(Locale.ROOT));
      json.writeStringField("text", label.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("ports");
    for (Explanation.Port port : explanation.ports()) {
      json.writeStartObject();
      json.writeNumberField("port", port.port().port());
      json.writeStringField("protocol", port.port().protocol().wireName());
      json.writeStringField("service_type", port.serviceType());
      json.writeStringField("rule", port.rule());
      writePorts(json, "published", port.published());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, KoiStatus status) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("backends");
    for (BackendStatus backend : status.backends()) {
      write(json, backend);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("found");
    for (FoundBackend found : status.found()) {
      json.writeStartObject();
      json.writeStringField("name", found.name());
      json.writeStringField("version", found.version());
      json.writeStringField("jar", found.source());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("problems");
    for (String problem : status.problems()) {
      json.writeString(problem);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, BackendStatus backend) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", backend.name());
    json.writeStringField("type", backend.type());
    json.writeStringField("enabled", backend.enabled().name().toLowerCase(Locale.ROOT));
    json.writeStringField("state", backend.state().wireName());
    json.writeStringField("since", backend.since().toString());
    if (!backend.reason().isEmpty()) {
      json.writeStringField("reason", backend.reason());
    }
    if (backend.runtime().isPresent()) {
      RuntimeInfo runtime = backend.runtime().get();
      json.writeObjectFieldStart("runtime");
      json.writeStringField("product", runtime.product());
      json.writeStringField("version", runtime.version());
      json.writeStringField("api_version", runtime.apiVersion());
      json.writeStringField("endpoint", runtime.endpoint());
      json.writeEndObject();
    }
    json.writeNumberField("instances", backend.instances());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, PortMapping port) throws IOException {
    json.writeStartObject();
    json.writeNumberField("host_port", port.hostPort());
    json.writeNumberField("container_port", port.containerPort());
    json.writeStringField("protocol", port.protocol().wireName());
    json.writeStringField("host_ip", port.hostIp());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, ContainerPort port) throws IOException {
    json.writeStartObject();
    json.writeNumberField("port", port.port());
    json.writeStringField("protocol", port.protocol().wireName());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Network network) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", network.name());
    writeStrings(json, "ips", network.ips());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Compose compose) throws IOException {
    json.writeObjectFieldStart("compose");
    json.writeStringField("project", compose.project());
    json.writeStringField("service", compose.service());
    if (compose.number() > 0) {
      json.writeNumberField("number", compose.number());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, KoiMetadata metadata) throws IOException {
    json.writeStartObject();
    writeOptional(json, "enable", metadata.enable());
    writeOptional(json, "service_type", metadata.serviceType());
    writeOptional(json, "name", metadata.name());
    writeOptional(json, "dns_name", metadata.dnsName());
    writeStrings(json, "txt", metadata.txt());
    writeOptional(json, "health_path", metadata.healthPath());
    writeOptional(json, "health_kind", metadata.healthKind());
    writeOptional(json, "health_interval", metadata.healthInterval().map(Duration::toSeconds));
    writeOptional(json, "health_timeout", metadata.healthTimeout().map(Duration::toSeconds));
    writeOptional(json, "proxy_port", metadata.proxyPort());
    writeOptional(json, "proxy_remote", metadata.proxyRemote());
    writeOptional(json, "certmesh", metadata.certmesh());
    writeOptional(json, "source", metadata.source());
    json.writeEndObject();
  }

  private static void writePorts(JsonGenerator json, String name, Collection<PortMapping> ports)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (PortMapping port : ports) {
      write(json, port);
    }
    json.writeEndArray();
  }

  private static void writeStrings(JsonGenerator json, String name, Collection<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void writeStrings(JsonGenerator json, String name, Map<String, String> values)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeOptional(JsonGenerator json, String name, Optional<?> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeFieldName(name);
      json.writePOJO(value.get()); // text, number or truth: written as such
    }
  }
}
