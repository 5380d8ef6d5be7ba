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
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
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

  private static String type(RuntimeEvent event) {
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
    json.writeArrayFieldStart("ports");
    for (PortMapping port : instance.ports()) {
      write(json, port);
    }
    json.writeEndArray();
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
