package dev.koi.announce.jmdns;

import dev.koi.announce.Announcement;
import java.io.IOException;
import java.net.InetAddress;

/** Answers for one announcement on one address, until it is closed. */
interface Responder extends AutoCloseable {

  /** Makes responders. */
  interface Maker {

    /** Announces; this takes seconds. */
    Responder make(Announcement announcement, InetAddress address) throws IOException;
  }

  /**
   * {@return the name that is announced: another one than wanted if that belongs to another host}
   */
  String hostLabel();

  /** {@return the name of the services that is announced, which may differ from the wanted, too} */
  String instanceName();

  /** Withdraws everything; this takes seconds. */
  @Override
  void close();
}
