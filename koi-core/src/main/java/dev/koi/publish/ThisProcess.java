package dev.koi.publish;

import dev.koi.fleet.format.PublishedHost;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The process of a publisher, and its view of other processes on this machine. */
final class ThisProcess {

  private static final Path PROC = Path.of("/proc");
  private static final int BRIEF = 13; // of a random id

  private final String machine;

  private ThisProcess(String machine) {
    this.machine = machine;
  }

  /**
   * Identifies where numbers of processes mean something: a boot of a machine, and a namespace of
   * processes in it. Cloned machines share what else would identify them. Where the system does not
   * say, no other process is known.
   */
  static ThisProcess find() {
    String where = here();
    return new ThisProcess(hostName().map(name -> name + "." + where).orElse(where));
  }

  private static String here() {
    try {
      String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id"));
      String namespace = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
      return boot.substring(0, BRIEF) + "." + namespace.replaceAll("\\D", "");
    } catch (IOException | UnsupportedOperationException e) {
      return UUID.randomUUID().toString();
    }
  }

  /** Returns the name of the machine, its boot and its namespace; for people, too. */
  String machine() {
    return machine;
  }

  long pid() {
    return ProcessHandle.current().pid();
  }

  /** Returns whether a publisher ran on this machine and has ended. */
  boolean isDead(PublishedHost publisher) {
    return publisher.machine().equals(machine)
        && Files.exists(PROC.resolve("1")) // else processes of other users are hidden
        && ProcessHandle.of(publisher.pid())
            .filter(process -> process.isAlive() && !isZombie(process.pid()))
            .map(process -> process.info().startInstant().orElse(Instant.EPOCH))
            .map(start -> start.isAfter(publisher.since())) // another process has its number
            .orElse(true);
  }

  /** It has ended, and its parent does not ask for its exit code, as in some containers. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"));
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the name of the machine, if it has one. */
  static Optional<String> hostName() {
    Path kernel = PROC.resolve("sys/kernel/hostname");
    try {
      return Optional.of(
          Files.isReadable(kernel)
              ? Files.readString(kernel).strip()
              : InetAddress.getLocalHost().getHostName());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
