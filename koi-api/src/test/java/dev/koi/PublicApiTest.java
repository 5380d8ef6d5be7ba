package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public API is what {@code docs/public-api.txt} says. A line that has gone or changed breaks
 * backends or applications that use it; {@code docs/versioning.md} says which version that needs.
 * This rewrites the file: {@code mvn test -pl koi-api -Dtest=PublicApiTest -Dkoi.api=write}
 */
class PublicApiTest {

  private static final Path FILE = Path.of("docs", "public-api.txt");
  private static final List<String> EXPORTED =
      List.of("dev.koi", "dev.koi.spi", "dev.koi.spi.support");

  @Test
  void itChangesOnlyTogetherWithItsDescription() throws Exception {
    List<String> now = new ArrayList<>();
    for (String each : EXPORTED) {
      for (Class<?> type : publicTypes(each)) {
        now.addAll(described(type));
      }
    }
    if (System.getProperty("koi.api", "").equals("write")) {
      Files.write(FILE, now);
    }
    List<String> written = Files.readAllLines(FILE);

    assertThat(now)
        .as(
            "no line has gone: it breaks its users (docs/versioning.md); -Dkoi.api=write accepts it")
        .containsAll(written);
    assertThat(written).as("each line is there; -Dkoi.api=write adds it").containsAll(now);
    assertThat(written).as("nothing else, and in order").isEqualTo(now);
  }

  private static List<Class<?>> publicTypes(String name) throws Exception {
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("target/classes", name.split("\\.")))) {
      for (String file : files.map(f -> f.getFileName().toString()).sorted().toList()) {
        if (file.endsWith(".class") && !file.matches("(package|module)-info.class")) {
          Class<?> type = Class.forName(name + "." + file.replace(".class", ""));
          if (isPublic(type)) {
            types.add(type);
          }
        }
      }
    } catch (IOException e) {
      throw new AssertionError(name + " is exported, but has no classes", e);
    }
    return types;
  }

  private static boolean isPublic(Class<?> type) {
    return type == null || (isVisible(type.getModifiers()) && isPublic(type.getDeclaringClass()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static List<String> described(Class<?> type) {
    List<String> members = new ArrayList<>();
    Stream.<Member[]>of(
            type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
        .flatMap(Arrays::stream)
        .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
        .forEach(
            member ->
                members.add(
                    "  "
                        + (member instanceof Executable code
                            ? code.toGenericString()
                            : ((Field) member).toGenericString())));
    members.sort(null);
    members.add(0, header(type));
    return members;
  }

  private static String header(Class<?> type) {
    StringBuilder text = new StringBuilder(Modifier.toString(type.getModifiers()));
    text.append(
        type.isInterface() ? "" : type.isRecord() ? " record" : type.isEnum() ? " enum" : " class");
    text.append(' ').append(type.getName());
    text.append(list("<", type.getTypeParameters(), ">"));
    if (!type.isInterface() && !type.isRecord() && !type.isEnum()) {
      text.append(" extends ").append(type.getGenericSuperclass().getTypeName());
    }
    text.append(list(" implements ", type.getGenericInterfaces(), ""));
    if (type.isSealed()) {
      text.append(list(" permits ", type.getPermittedSubclasses(), ""));
    }
    return text.toString();
  }

  private static String list(String before, Type[] types, String after) {
    return types.length == 0
        ? ""
        : Arrays.stream(types)
            .map(Type::getTypeName)
            .collect(Collectors.joining(", ", before, after));
  }
}
