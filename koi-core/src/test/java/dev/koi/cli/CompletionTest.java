package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shells complete all commands and options; shells that are not installed are skipped. */
@Timeout(60)
class CompletionTest {

  private static final Path SCRIPTS = Path.of("src/main/resources/dev/koi/cli/completion");

  /** Completes the words of a command line. */
  private static final String BASH =
      "source \"$1\"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _koi;"
          + " echo \"${COMPREPLY[@]}\"";

  /** Presses the tab key at the end of a line on a terminal, and reads on until it is completed. */
  private static final String ZSH =
      """
      zmodload zsh/zpty
      zpty shell 'TERM=dumb zsh -f -i'
      zpty -w shell "autoload -Uz compinit && compinit -u -D; source $1; PS1=; echo rea''dy"
      zpty -r shell line '*ready*'
      zpty -n -w shell "$2"$'\\t'
      zpty -r shell line "*$3*"
      print -r -- "$line"
      """;

  @ParameterizedTest
  @ValueSource(strings = {"bash", "fish"})
  void allCommandsAndOptionsAreCompleted(String shell) throws IOException {
    String script = Files.readString(SCRIPTS.resolve(shell));
    Pattern option =
        Pattern.compile(
            shell.equals("fish") ? "complete .* -l ([a-z-]+)" : "(?<![\\w-])--([a-z][a-z-]+)");

    assertThat(
            option
                .matcher(script)
                .results()
                .map((MatchResult found) -> "--" + found.group(1))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Option.values()).map(Option::word).toList());
    assertThat(script).contains(Command.words());
  }

  @ParameterizedTest
  @CsvSource({
    "koi wat, watch",
    "koi list --bac, --backend",
    "koi list --backend dock, docker",
    "koi --config /x demo lis, list",
    "koi demo watch --exec-, --exec-timeout",
    "koi completion fi, fish",
  })
  void bashCompletesTheWord(String line, String word) throws Exception {
    assertThat(output("bash", "--norc", "-c", BASH, "bash", script("bash"), line))
        .isEqualTo(word + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "koi wat, watch",
    "koi list --bac, --backend",
    "koi list --backend dock, docker",
    "koi demo watch --exec-, --exec-timeout",
    "koi completion fi, fish",
  })
  void fishCompletesTheWord(String line, String word) throws Exception {
    assertThat(output("fish", "-c", "source $argv[1]; complete -C $argv[2]", script("fish"), line))
        .matches(word + "(\t.*)?\n");
  }

  @ParameterizedTest
  @CsvSource({
    "koi wat, koi watch",
    "koi list --bac, koi list --backend",
    "koi demo watch --exec-, koi demo watch --exec-timeout",
  })
  void zshCompletesTheWord(String line, String completed) throws Exception {
    assertThat(output("zsh", "-f", "-c", ZSH, "zsh", script("bash"), line, completed + " "))
        .contains(completed + " ");
  }

  private static String script(String shell) {
    return SCRIPTS.resolve(shell).toAbsolutePath().toString();
  }

  private static String output(String shell, String... arguments) throws Exception {
    assumeThat(Stream.of("/bin/", "/usr/bin/", "/usr/local/bin/").map(dir -> Path.of(dir + shell)))
        .as(shell + " is not installed")
        .anyMatch(Files::exists);
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
