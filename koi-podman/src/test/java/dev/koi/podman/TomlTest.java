package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.docker.endpoint.ConfigNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a.b]\nc = \"x\"",
        "[ a . b ] # comment\r\n\tc=\"x\"#y\r\n",
        "[\"a\".'b']\n\"c\" = 'x'",
        "[a]\nb.c = \"x\"",
        "a.b.c = 'x'",
        "a = { b = { \"c\" = \"x\", d = 1 }, e = [1, {f = 2}] }",
        "a = {\n b.c = 'x', # comment\n }",
        "l = [\n  \"[a.b]\", # ]\n  'c = 1',\n]\n[a.b]\nc='x'",
        "l = [[1, 2], [\"]\"]]\na.b.c = 'x'",
        "t = \"\"\"\n[a.b]\nc = 'y'\n\"\"\"\na.b.c = 'x'",
        "t = '''\na.b.c = 'y'\n'''\na.b.c = 'x'",
        "d = 1979-05-27 07:32:00Z\nn = -1_000.5e+3\nm = 0xff\na.b.c = 'x'",
        "[[a2]]\nb = 1\n[[a2]]\nb = 2\n[a.b]\nc = 'x'",
        "[a.b.d]\n[a.b]\nc = 'x'",
      })
  void aTextIsFoundInEveryForm(String document) throws IOException {
    assertThat(parse(document).get("a").get("b").get("c").text()).isEqualTo("x");
  }

  @Test
  void quotesAndBackslashesMayBeEscaped() throws IOException {
    assertThat(parse("\"a \\\"b\\\"\" = \"c:\\\\d\"").getExactly("a \"b\"").text())
        .isEqualTo("c:\\d");
  }

  @Test
  void truthIsNoText() throws IOException {
    ConfigNode document = parse("a = true\nb = false\nc = 'true'");

    assertThat(document.get("a").isTrue()).isTrue();
    assertThat(document.get("b").isTrue()).isFalse();
    assertThat(document.get("c").isTrue()).isFalse();
    assertThatThrownBy(() -> document.get("a").text()).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ok = 1\nx",
        "ok = 1\nx =",
        "ok = 1\nx = [",
        "ok = 1\nx = 1 2",
        "ok = 1\n[x",
        "ok = 1\nx = {",
        "ok = 1\nx = \"canary",
        "ok = 1\nx = 'a' 'b'",
        "ok = 1\nok.x = 1",
        "ok = 1\n= 1",
        "ok = 1\n{\"Connection\": {}}"
      })
  void whatIsNoTomlIsRefusedByItsLine(String document) {
    assertThatThrownBy(() -> Toml.parse(document))
        .isInstanceOf(IOException.class)
        .hasMessage("is no valid TOML (line 2)");
  }

  @Test
  void aFileOfAnySizeAndDepthEndsOrIsRefused() throws IOException {
    String comments = "# " + "x".repeat(60) + "\n";
    String list = "l = [\n" + "  \"a\\\"b\",\n".repeat(20_000) + "]\n";
    assertThat(parse(comments.repeat(20_000) + list + "a = 'x'").get("a").text()).isEqualTo("x");
    assertThat(parse("a = \"" + "\\\"".repeat(2_000) + "\"").get("a").text()).hasSize(2_000);
    assertThatThrownBy(() -> Toml.parse("a = " + "[".repeat(1_000_000)))
        .isInstanceOf(IOException.class);
  }

  private static ConfigNode parse(String document) throws IOException {
    return new ConfigNode("test", Toml.parse(document));
  }
}
