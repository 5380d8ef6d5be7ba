package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Prints help and completion scripts; a line such as {@code {filters}} includes another text. */
final class HelpTexts {

  private final Console console;

  HelpTexts(Console console) {
    this.console = console;
  }

  int help(String topic) throws IOException {
    return print("help/" + topic + ".txt");
  }

  int completion(String shell) throws UsageException, IOException {
    return switch (shell) {
      case "bash", "zsh" -> print("completion/bash"); // zsh runs bash's
      case "fish" -> print("completion/fish");
      default ->
          throw new UsageException(
              "'completion' needs one of bash, zsh, fish, but was given '" + shell + "'");
    };
  }

  private int print(String resource) throws IOException {
    try (InputStream text = HelpTexts.class.getResourceAsStream(resource)) {
      for (String line : new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.matches("\\{[a-z]+\\}")) {
          help(line.substring(1, line.length() - 1));
        } else {
          console.print(line);
        }
      }
    }
    return ExitCode.OK;
  }
}
