package org.example.supervised;

import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that describes one process, which a supervisor replaces as a whole: {@code pid}, {@code
 * name}, any number of {@code label.<key>}, and {@code ports} as in {@code
 * 127.0.0.1:8080:80/tcp,127.0.0.1:5353:53/udp}. The process is present while it is alive.
 */
record ProcessFile(String id, Properties properties, ProcessHandle process) {

  private static final String SUFFIX = ".properties";
  private static final Pattern PORT = Pattern.compile("(.+):(\\d+):(\\d+)/(tcp|udp|sctp)");

  /** Returns the id that the file's name holds, or empty if it is no such file. */
  static Optional<String> id(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(SUFFIX)
        ? Optional.of(name.substring(0, name.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /** Returns what the file says, or empty if it is gone or its process is not alive. */
  static Optional<ProcessFile> read(Path file) throws IOException {
    Optional<String> id = id(file);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      long pid = Long.parseLong(properties.getProperty("pid"));
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .map(process -> new ProcessFile(id.get(), properties, process));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) { // a bad escape, or no number
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  Instance instance(String backend) throws IOException {
    Map<String, String> labels = new HashMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith("label.")) {
        labels.put(key.substring("label.".length()), properties.getProperty(key));
      }
    }
    return Instance.builder(backend, id, properties.getProperty("name", id))
        .labels(labels)
        .ports(ports())
        .startedAt(process.info().startInstant().orElse(null))
        .build();
  }

  private List<PortMapping> ports() throws IOException {
    List<PortMapping> ports = new ArrayList<>();
    for (String port : properties.getProperty("ports", "").split(",")) {
      Matcher matcher = PORT.matcher(port);
      if (matcher.matches()) {
        ports.add(
            new PortMapping(
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                PortProtocol.valueOf(matcher.group(4).toUpperCase()),
                matcher.group(1)));
      } else if (!port.isBlank()) {
        throw new IOException("process " + id + " has a port " + port + " that makes no sense");
      }
    }
    return ports;
  }
}
