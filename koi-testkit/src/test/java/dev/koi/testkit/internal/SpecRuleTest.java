package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.testkit.RuntimeBackendConformance;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of rules, the claims of the kit, and the wrong backends belong together. */
class SpecRuleTest {

  private static final List<String> IDS = SpecRule.all().stream().map(SpecRule::id).toList();

  @Test
  void everyRuleOfThePageIsRead() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("../koi-api/docs/spec.md"))) {
      assertThat(lines.filter(line -> line.startsWith("- **")))
          .map(line -> line.replaceFirst("- \\*\\*(.+?)\\*\\*.*", "$1"))
          .isEqualTo(IDS)
          .doesNotHaveDuplicates();
    }
    assertThat(SpecRule.of("X-5").sentence())
        .isEqualTo("close of the watch MUST leave the connection usable.");
  }

  @Test
  void everyRuleHasAClaimAndSaysWhatToCheck() {
    Set<String> claimed = new TreeSet<>();
    claims().forEach(claim -> claimed.add(claim.getAnnotation(Rule.class).value()));
    assertThat(claimed).containsExactlyInAnyOrderElementsOf(IDS);
    assertThat(SpecRule.all()).allSatisfy(rule -> assertThat(rule.check()).isNotBlank());
  }

  @Test
  void everyRuleCatchesAWrongBackend() {
    Set<String> caught = new TreeSet<>();
    WrongBackends.all().forEach(wrong -> caught.addAll(List.of(wrong.rules().split(" "))));
    assertThat(caught).containsExactlyInAnyOrderElementsOf(IDS);
  }

  /** A subclass can hide a nested class of the same name, and override what is not final. */
  @Test
  void noSubclassCanSilenceAClaim() {
    assertThat(claims())
        .allMatch(claim -> Modifier.isPublic(claim.getModifiers()), "public")
        .allMatch(claim -> Modifier.isFinal(claim.getModifiers()), "final")
        .allMatch(claim -> !claim.getDeclaringClass().isMemberClass(), "of a top-level class");
  }

  private static Stream<Method> claims() {
    return Arrays.stream(RuntimeBackendConformance.class.getMethods())
        .filter(method -> method.isAnnotationPresent(Rule.class));
  }
}
