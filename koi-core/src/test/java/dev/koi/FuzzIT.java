package dev.koi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.koi.core.settings.SettingsException;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.docker.dialect.EngineEvent;
import dev.koi.docker.endpoint.ConfigNode;
import dev.koi.docker.json.Json;
import dev.koi.spi.net.PemDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes that nobody would write are refused in the usual way, soon, and without a trace in memory.
 * Inputs are made from good ones by a seed that is printed, as is their number.
 *
 * <p>{@code .ci/fuzz --seconds 600} is the long form.
 */
@LongTest
@Timeout(7200) // longer than anybody lets it run
class FuzzIT {

  private static final long SEED = Long.getLong("koi.fuzz.seed", System.currentTimeMillis());

  /** For each kind of input. */
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("koi.fuzz.seconds", 3));

  private static final Duration LONGEST = Duration.ofMinutes(1); // for one input; it hangs
  private static final int MOST_GROWTH = 24 << 20; // bytes of classes and caches
  private static final int MAX_LENGTH = 1 << 16;
  private static final List<String> TOKENS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          "\\",
          "\\u",
          ":",
          ",",
          "=",
          "${",
          "${?",
          "include ",
          "\n",
          "\0",
          "\ufeff",
          "null",
          "-1",
          "1e999999999",
          "9".repeat(50),
          ".",
          "..",
          "#",
          "//",
          "\"\"\"");

  /** Of no key that there is: only the reading counts. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBMjCB5aADAgECAhRQ+TG77ANtNMaU5jOgJIIXyIhc9jAFBgMrZXAwDjEMMAoG
      A1UEAwwDa29pMCAXDTI2MTEyNzA3NTUyMVoYDzIxMjYxMTAzMDc1NTIxWjAOMQww
      CgYDVQQDDANrb2kwKjAFBgMrZXADIQALoMjClSbDP1J8d41QsXTNOI58sPvYy0fa
      E4qGBm6CW6NTMFEwHQYDVR0OBBYEFMDR9pppleOCbsla+LG6mB/96IoZMB8GA1Ud
      IwQYMBaAFMDR9pppleOCbsla+LG6mB/96IoZMA8GA1UdEwEB/wQFMAMBAf8wBQYD
      K2VwA0EAIEfUJskfv+FxM/fRNF62fplmVQG6PCpwYCc846lvtopmlkuiBiKO0+30
      7+1GXpbLBXFtVQEmIcL6iLPsEY9KBw==
      -----END CERTIFICATE-----
      """;

  @TempDir Path directory;

  private final Random random = new Random(SEED);

  /** Reads an input; an IOException or a refusal of the settings is a good answer. */
  private interface Reader {
    void read(byte[] input) throws IOException;
  }

  @Test
  void json() throws Exception {
    fuzz(
        "JSON",
        List.of(
            "{\"Id\":\"ab\",\"State\":{\"Status\":\"running\",\"Running\":true},\"n\":[1,-2.5e3,null]}",
            "[{\"Labels\":{\"koi.name\":\"x\\u00e4\\ud83d\\ude00\"}},{}]"),
        input -> {
          Json json = new Json(new ByteArrayInputStream(input), MAX_LENGTH);
          json.onlyObject(() -> json.object(name -> json.texts(Set.of("Id", "Status"))));
        });
  }

  @Test
  void events() throws Exception {
    String event =
        "{\"Type\":\"container\",\"Action\":\"exec_create: sh -c x\",\"Actor\":{\"ID\":\""
            + "a".repeat(64)
            + "\",\"Attributes\":{\"container\":\"b\"}},\"HealthStatus\":\"healthy\"}\n";
    fuzz(
        "events",
        List.of(event, event.repeat(3), " \r\n"),
        input -> {
          Json json = new Json(new ByteArrayInputStream(input), MAX_LENGTH);
          while (json.next()) {
            EngineEvent read = EngineEvent.read(json);
            read.changedContainer(read.actor());
          }
        });
  }

  @Test
  void labels() throws Exception {
    fuzz(
        "labels",
        List.of(
            "koi.enable=true\nkoi.name=Shop\nkoi.type=_http._tcp\nkoi.port=80\nkoi.txt.path=/",
            "koi.health.interval=30s\nkoi.proxy.port=8080\nkoi.announce=x\nkoi.health.path=/up",
            "traefik.http.routers.a.rule=Host(`a.example`) && PathPrefix(`/b`)",
            "caddy=a.example\ncaddy.reverse_proxy={{upstreams 80}}",
            "com.docker.compose.project=a\ncom.docker.compose.container-number=1"),
        input -> {
          Map<String, String> labels = new TreeMap<>();
          for (String line : new String(input, UTF_8).split("\n", -1)) {
            String[] parts = line.split("=", 2);
            labels.put(parts[0], parts.length == 1 ? "" : parts[1]);
          }
          Instance instance = Instance.builder("b", "id", "name").labels(labels).build();
          instance.toMap();
        });
  }

  @Test
  void settings() throws Exception {
    Path file = directory.resolve("koi.conf");
    fuzz(
        "HOCON",
        List.of(
            "koi { timing { resync = 30s, find = 20 seconds } }",
            "koi.backends.docker { enabled = auto, host = \"unix:///run/x.sock\" }\n# comment",
            "a = [1, 2] \nkoi.backends.x { type = docker, tags = [y] }"),
        input -> {
          // Files of others are not read by chance. A few substitutions of each other, also by +=,
          // take the library minutes; only the author of a file can write them.
          String text =
              new String(input, ISO_8859_1)
                  .replace("include", "inclu")
                  .replace("${", "{")
                  .replace("+=", "=");
          Files.write(file, text.getBytes(ISO_8859_1));
          try {
            SettingsLoader.load(
                ConfigFactory.empty(), Optional.of(file), getClass().getClassLoader());
          } catch (SettingsException e) {
            throw new IOException(e);
          }
        });
  }

  @Test
  void contexts() throws Exception {
    Path file = directory.resolve("meta.json");
    fuzz(
        "context files",
        List.of(
            "{\"Name\":\"x\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///x\",\"SkipTLSVerify\":false}}}",
            "{\"currentContext\":\"x\",\"auths\":{\"a\":{\"auth\":\"c2VjcmV0\"}}}"),
        input -> {
          Files.write(file, input);
          ConfigNode node = ConfigNode.json(file);
          node.get("currentContext").text();
          node.get("Endpoints").getExactly("docker").get("Host").text();
        });
  }

  @Test
  void keys() throws Exception {
    Files.writeString(directory.resolve("cert.pem"), CERTIFICATE);
    Files.writeString(directory.resolve("ca.pem"), CERTIFICATE);
    Path file = directory.resolve("key.pem");
    Base64.Encoder base64 = Base64.getMimeEncoder();
    List<String> keys = new ArrayList<>();
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      byte[] key =
          KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
      for (String form : List.of("", "RSA ", "EC ")) {
        keys.add(new String(key, ISO_8859_1) + "\n" + form);
      }
    }
    fuzz(
        "keys",
        keys,
        input -> {
          String text = new String(input, ISO_8859_1);
          int end = text.lastIndexOf('\n');
          String form = end < 0 ? "" : text.substring(end + 1);
          byte[] der = (end < 0 ? text : text.substring(0, end)).getBytes(ISO_8859_1);
          Files.writeString(
              file,
              "-----BEGIN %sPRIVATE KEY-----\n%s\n-----END %sPRIVATE KEY-----\n"
                  .formatted(form, base64.encodeToString(der), form),
              ISO_8859_1);
          new PemDirectory(directory).sslContext();
        });
  }

  private void fuzz(String what, List<String> good, Reader reader)
      throws IOException, GeneralSecurityException {
    long size = used();
    long refused = 0;
    long number = 0;
    long slowest = 0;
    for (long end = System.nanoTime() + LENGTH.toNanos(); end - System.nanoTime() > 0; number++) {
      byte[] input = mutated(good);
      long began = System.nanoTime();
      try {
        reader.read(input);
      } catch (IOException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            what
                + " by seed "
                + SEED
                + ", input "
                + number
                + ": "
                + Base64.getEncoder().encodeToString(input),
            e);
      }
      slowest = Math.max(slowest, System.nanoTime() - began);
    }
    long growth = used() - size;
    System.out.printf(
        "%s by seed %d: %d inputs, %d refused, the slowest took %d ms, %d KiB more in use%n",
        what, SEED, number, refused, slowest / 1_000_000, growth >> 10);
    assertThat(Duration.ofNanos(slowest)).isLessThan(LONGEST);
    assertThat(growth).isLessThan(MOST_GROWTH);
    assertThat(number).isPositive();
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private byte[] mutated(List<String> good) {
    StringBuilder text = new StringBuilder(any(good));
    for (int changes = random.nextInt(6); changes >= 0; changes--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + random.nextInt(20));
      switch (random.nextInt(7)) {
        case 0 -> text.insert(from, (char) random.nextInt(256));
        case 1 -> text.delete(from, to);
        case 2 -> text.insert(from, any(TOKENS));
        case 3 -> text.insert(from, text.substring(from, to).repeat(random.nextInt(2000)));
        case 4 -> text.insert(from, any(TOKENS).repeat(random.nextInt(5000)));
        case 5 -> text.replace(from, text.length(), any(good));
        default -> {
          if (from < text.length()) {
            text.setCharAt(from, (char) (text.charAt(from) ^ (1 << random.nextInt(8))));
          }
        }
      }
      text.setLength(Math.min(text.length(), MAX_LENGTH));
    }
    return text.toString().getBytes(random.nextBoolean() ? UTF_8 : ISO_8859_1);
  }

  private String any(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
