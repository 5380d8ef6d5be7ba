package dev.koi.core.supervise;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was thrown by the code of a backend, in words; for what a jar lacks, with what would help.
 */
public final class FailureWords {

  private static final Pattern CLASS_NAME = Pattern.compile("[\\w/$-]+");
  private static final Pattern CLASS_VERSION =
      Pattern.compile("(\\S+) .*class file version (\\d+)");
  private static final int VERSION_OF_JAVA_0 = 44; // of class files

  private FailureWords() {}

  /** Returns the words. Never throws, although a stranger's exception may. */
  public static String of(Throwable failure) {
    try {
      String words = failure instanceof LinkageError e ? words(e) : failure.toString();
      return words == null ? failure.getClass().getName() : words;
    } catch (Throwable e) {
      return failure.getClass().getName();
    }
  }

  private static String words(LinkageError failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher version = CLASS_VERSION.matcher(message);
    if (failure instanceof UnsupportedClassVersionError && version.lookingAt()) {
      int java = Integer.parseInt(version.group(2)) - VERSION_OF_JAVA_0;
      return version.group(1).replace('/', '.')
          + " needs Java "
          + java
          + ", and this is Java "
          + Runtime.version().feature()
          + "; set JAVA_HOME to a newer Java, or compile the backend for this one (--release)";
    }
    if (failure instanceof NoClassDefFoundError && CLASS_NAME.matcher(message).matches()) {
      String missing = message.replace('/', '.');
      return "the class "
          + missing
          + " is missing; "
          + (missing.startsWith("dev.koi.")
              ? "the backend was built for another version of Koi"
              : "put its jar and the backend's jar into one directory of backends/, or both on the"
                  + " class path of the application");
    }
    if (failure instanceof ExceptionInInitializerError && failure.getCause() != null) {
      return "a class cannot be initialized: " + of(failure.getCause());
    }
    return failure
        + (message.contains("dev.koi.") || message.contains("dev/koi/")
            ? "; the backend was built for another version of Koi"
            : "; the jars of the backend do not fit each other");
  }
}
