package dev.koi.serve.http;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.core.filter.InstanceFilter;
import dev.koi.text.Nearest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * The instances that the parameters {@code backend}, {@code name}, {@code label}, {@code state} and
 * {@code health} of a request choose, with the meaning of the command's options. A parameter may be
 * repeated. {@link #equals} compares the parameters.
 */
public final class InstanceQuery implements Predicate<Instance> {

  private static final List<String> PARAMETERS =
      List.of("backend", "group", "health", "host", "label", "name", "state");

  /** Each value is held against every instance and each of its changes. */
  private static final int MAX_VALUES = 32;

  private static final int MAX_LENGTH = 300; // of a value

  private final Map<String, List<String>> parameters;
  private final InstanceFilter filter;

  private InstanceQuery(Map<String, List<String>> parameters, InstanceFilter filter) {
    this.parameters = parameters;
    this.filter = filter;
  }

  /**
   * Reads the query of a request.
   *
   * @param backends the names of all entries of the configuration
   * @throws RefusedException if a parameter is unknown or has an impossible value
   */
  public static InstanceQuery of(Request request, Collection<String> backends)
      throws RefusedException {
    return of(parameters(request, PARAMETERS), backends);
  }

  /** As {@link #of}, for requests that may choose a backend and nothing else. */
  public static InstanceQuery ofBackend(Request request, Collection<String> backends)
      throws RefusedException {
    return of(parameters(request, List.of("backend")), backends);
  }

  private static InstanceQuery of(Map<String, List<String>> parameters, Collection<String> backends)
      throws RefusedException {
    require(parameters, "backend", backends);
    require(parameters, "health", Arrays.stream(Health.values()).map(Health::wireName).toList());
    try {
      return new InstanceQuery(parameters, InstanceFilter.of(parameters));
    } catch (IllegalArgumentException e) {
      throw RefusedException.badRequest(e.getMessage());
    }
  }

  /**
   * Returns the parameters of a request, sorted by name.
   *
   * @param known the names that they may have
   * @throws RefusedException if one has another name, if there are more than 32 values or one of
   *     more than 300 characters, or if the query is not correctly encoded
   */
  public static Map<String, List<String>> parameters(Request request, Collection<String> known)
      throws RefusedException {
    Fields query;
    try {
      query = Request.extractQueryParameters(request);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw RefusedException.badRequest("the query is not correctly encoded");
    }
    Map<String, List<String>> parameters = new TreeMap<>();
    int count = 0;
    for (Fields.Field field : query) {
      String name = field.getName();
      if (!known.contains(name)) {
        throw RefusedException.badRequest(
            known.isEmpty()
                ? "this takes no parameters, but was given '" + name + "'"
                : "unknown parameter '" + name + "'" + Nearest.insteadOf(name, known));
      }
      List<String> values = List.copyOf(field.getValues());
      count += values.size();
      for (String value : values) {
        int length = value.codePointCount(0, value.length());
        if (length > MAX_LENGTH) {
          throw RefusedException.badRequest(
              name + " may have " + MAX_LENGTH + " characters, but has " + length);
        }
      }
      if (count > MAX_VALUES) {
        throw RefusedException.badRequest(
            "a query may have "
                + MAX_VALUES
                + " values, but with those of "
                + name
                + " has "
                + count);
      }
      parameters.put(name, values);
    }
    return parameters;
  }

  private static void require(
      Map<String, List<String>> parameters, String name, Collection<String> known)
      throws RefusedException {
    for (String value : parameters.getOrDefault(name, List.of())) {
      if (!known.contains(value)) {
        throw RefusedException.badRequest(
            name + " cannot be '" + value + "'" + Nearest.insteadOf(value, new TreeSet<>(known)));
      }
    }
  }

  @Override
  public boolean test(Instance instance) {
    return has("backend", instance.backend())
        && has("health", instance.health().wireName())
        && filter.test(instance);
  }

  private boolean has(String parameter, String value) {
    List<String> wanted = parameters.get(parameter);
    return wanted == null || wanted.contains(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InstanceQuery query && query.parameters.equals(parameters);
  }

  @Override
  public int hashCode() {
    return parameters.hashCode();
  }
}
