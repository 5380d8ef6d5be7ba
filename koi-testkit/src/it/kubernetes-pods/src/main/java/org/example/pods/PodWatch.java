package org.example.pods;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.support.HintQueue;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;

/** One stream of events; its end is the end of the watch. */
final class PodWatch implements InstanceWatch, Watcher<Pod> {

  private final String place;
  private final HintQueue hints = new HintQueue();
  private volatile Watch stream;

  PodWatch(String place) {
    this.place = place;
  }

  void follows(Watch opened) {
    stream = opened;
  }

  @Override
  public void eventReceived(Action action, Pod pod) {
    switch (action) {
      case ADDED, MODIFIED, DELETED -> hints.add(PodFacts.id(pod));
      case ERROR -> hints.fail(new IOException("the stream of " + place + " reports an error"));
      case BOOKMARK -> {}
    }
  }

  @Override
  public void onClose() {
    hints.fail(new IOException("the watch of " + place + " is closed"));
  }

  @Override
  public void onClose(WatcherException cause) {
    hints.fail(new IOException("the stream of " + place + " has ended", cause));
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    return hints.take();
  }

  @Override
  public void close() {
    onClose();
    stream.close();
  }
}
