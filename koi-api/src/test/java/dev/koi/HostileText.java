package dev.koi;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts as strangers may write them into labels, names and addresses. */
final class HostileText {

  private HostileText() {}

  /**
   * Any text of up to {@code max} pieces: letters, syntax, controls, surrogates with no partner.
   */
  static Arbitrary<String> ofAtMost(int max) {
    Arbitrary<String> piece =
        Arbitraries.oneOf(
            Arbitraries.strings().all().ofMaxLength(3),
            Arbitraries.of("a", "Z", "0", "-", "_", ".", " ", "=", "/", "%", "é", "日", "😀"),
            Arbitraries.of("\ud800", "\udc00", "\u0000", "\n", "\u007f", "\u0085", "\u202e"),
            Arbitraries.of("true", "off", "http", "_tcp", "_udp", "80", "65536", "30s", "5m"),
            Arbitraries.of("Host(`", "`)", "!", "||", "{{upstreams ", "}}", "://", "\u2028"));
    return piece.list().ofMaxSize(max).map(pieces -> String.join("", pieces));
  }
}
