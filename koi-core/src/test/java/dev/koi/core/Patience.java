package dev.koi.core;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Makes all waits of all tests long, so that no busy machine breaks them, and quick to end. JUnit
 * finds it as a service.
 */
public final class Patience implements LauncherSessionListener {

  /** How long a test waits in vain before it fails, in seconds. */
  static final String SECONDS = "koi.tests.patience";

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(Integer.getInteger(SECONDS, 60)));
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }
}
