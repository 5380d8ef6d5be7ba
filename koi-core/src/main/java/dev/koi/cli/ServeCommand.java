package dev.koi.cli;

import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.announce.Announcements;
import dev.koi.announce.Announcer;
import dev.koi.announce.HostInterfaces;
import dev.koi.announce.avahi.AvahiAnnouncer;
import dev.koi.announce.jmdns.JmdnsAnnouncer;
import dev.koi.cli.terminal.Console;
import dev.koi.core.Koi;
import dev.koi.core.settings.AnnounceSettings;
import dev.koi.core.settings.FleetSettings;
import dev.koi.core.settings.ServeSettings;
import dev.koi.core.status.BackendStatus;
import dev.koi.publish.Publisher;
import dev.koi.publish.PublisherStatus;
import dev.koi.serve.KoiServer;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** {@code koi serve}: the HTTP server, until a signal. */
final class ServeCommand {

  /** The goodbye to the streams and the end of the engines' connections. */
  private static final Duration MAX_CLOSE = Duration.ofMillis(1800);

  /** JmDNS needs two seconds to withdraw names. */
  private static final Duration MAX_CLOSE_WITH_JMDNS = Duration.ofSeconds(4);

  private final Console console;
  private final ProcessEnd end;

  ServeCommand(Console console, ProcessEnd end) {
    this.console = console;
    this.end = end;
  }

  /** Returns if waiting is useless; clients may connect before the runtimes have answered. */
  int run(Startup startup) throws UsageException, IOException, InterruptedException {
    ServeSettings settings = startup.serveSettings();
    AnnounceSettings announce = startup.announceSettings();
    refuseUseless(startup.arguments(), settings);
    try (Koi koi = startup.koi();
        Announcer announcer = announcer(announce, koi);
        Publisher publisher = publisher(startup.fleetSettings(), koi);
        KoiServer server =
            KoiServer.start(
                koi,
                settings,
                announcer == null ? Announcements.NONE : announcer,
                () -> Optional.ofNullable(publisher).map(Publisher::status))) {
      console.message("koi: serves " + server.address() + "; Ctrl-C ends this");
      koi.subscribe(event -> connection(koi, event));
      BackendReport report = startup.report(koi);
      report.print(console, backend -> backend.activity().connects() == 0); // else it is an event
      if (!report.anyConnected() && report.exitCode() == ExitCode.USAGE) {
        return ExitCode.USAGE;
      } else if (!report.anyConnected()) {
        console.message("koi: waiting for a runtime to appear");
      }
      List<AutoCloseable> closing =
          Stream.of(announcer, publisher, server, koi).filter(Objects::nonNull).toList();
      boolean jmdns = announce.enabled() && announce.mdns() == AnnounceSettings.Mdns.JMDNS;
      end.awaitOrSignal(new CountDownLatch(1), jmdns ? MAX_CLOSE_WITH_JMDNS : MAX_CLOSE, closing);
    }
    return ExitCode.OK;
  }

  /** Returns null if nothing is to be announced. */
  private static Announcer announcer(AnnounceSettings settings, Koi koi) {
    return settings.enabled()
        ? Announcer.start(
            koi,
            settings,
            new HostInterfaces(settings.interfaces()),
            onChange ->
                settings.mdns() == AnnounceSettings.Mdns.JMDNS
                    ? JmdnsAnnouncer.start(onChange)
                    : AvahiAnnouncer.start(onChange))
        : null;
  }

  /** Returns null if nothing is to be published. */
  private Publisher publisher(FleetSettings settings, Koi koi) throws IOException {
    return settings.publish() ? Publisher.start(koi, settings, this::publishing) : null;
  }

  private void publishing(PublisherStatus status) {
    switch (status.state()) {
      case PUBLISHING ->
          console.message("koi: publishes to " + status.endpoint() + " as host " + status.host());
      case REFUSED, FAILED -> console.message("koi: does not publish now: " + status.reason());
      case CONNECTING, CLOSED -> {}
    }
  }

  private static void refuseUseless(Arguments arguments, ServeSettings settings)
      throws UsageException {
    for (Option option : List.of(Option.HOST, Option.PORT)) {
      if (settings.socket().isPresent() && arguments.has(option)) {
        throw new UsageException(
            option.word()
                + " has no effect beside koi.serve.socket, which is "
                + settings.socket().get());
      }
    }
  }

  /** Prints that a runtime is found, lost or back; a short interruption has no event. */
  private void connection(Koi koi, RuntimeEvent event) {
    String begin = "koi: " + event.backend() + ": ";
    if (event instanceof BackendDisconnected lost) {
      console.message(begin + "connection lost: " + lost.reason());
    } else if (event instanceof BackendSynced) {
      koi.status()
          .backend(event.backend())
          .flatMap(BackendStatus::runtime) // none if it is lost again
          .ifPresent(runtime -> console.message(begin + "connected to " + described(runtime)));
    }
  }

  private static String described(RuntimeInfo runtime) {
    return (runtime.product() + " " + runtime.version()).strip() + " at " + runtime.endpoint();
  }
}
