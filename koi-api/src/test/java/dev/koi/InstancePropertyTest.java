package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.text.Prefix;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a runtime says, an instance is made, is bounded, sorted, and the same again. */
class InstancePropertyTest {

  /** What a runtime says of one container. */
  record Facts(
      String id,
      String name,
      String image,
      Map<String, String> labels,
      List<PortMapping> ports,
      List<ContainerPort> exposed,
      List<Network> networks) {

    Instance instance() {
      return Instance.builder("docker", "i" + id, "n" + name)
          .image(image)
          .labels(labels)
          .ports(ports)
          .exposedPorts(exposed)
          .networks(networks)
          .startedAt(Instant.EPOCH)
          .build();
    }

    Facts shuffled(Random random) {
      List<String> keys = new ArrayList<>(labels.keySet());
      Collections.shuffle(keys, random);
      Map<String, String> shuffledLabels = new LinkedHashMap<>();
      keys.forEach(key -> shuffledLabels.put(key, labels.get(key)));
      return new Facts(
          id,
          name,
          image,
          shuffledLabels,
          shuffled(ports, random),
          shuffled(exposed, random),
          shuffled(networks, random));
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
      List<T> copy = new ArrayList<>(list);
      Collections.shuffle(copy, random);
      return copy;
    }
  }

  @Provide
  Arbitrary<Facts> facts() {
    Arbitrary<String> text = HostileText.ofAtMost(8);
    Arbitrary<Integer> port = Arbitraries.integers().between(1, 65_535);
    Arbitrary<PortProtocol> protocol = Arbitraries.of(PortProtocol.class);
    Arbitrary<String> longText =
        Combinators.combine(text, Arbitraries.of(1, 1, 1, 50, 1000)).as(String::repeat);
    return Combinators.combine(
            text.map(id -> Prefix.of(id, 500)),
            longText,
            longText.injectNull(0.1),
            Arbitraries.maps(longText.map(key -> Prefix.of(key, 300)), longText).ofMaxSize(8),
            Combinators.combine(port, port, protocol, text)
                .as(PortMapping::new)
                .list()
                .ofMaxSize(8),
            Combinators.combine(port, protocol).as(ContainerPort::new).list().ofMaxSize(8),
            Combinators.combine(longText, text.list().ofMaxSize(5))
                .as(Network::new)
                .list()
                .ofMaxSize(5))
        .as(Facts::new);
  }

  @Property(seed = "2", tries = 300)
  void theSameFactsInAnyOrderAreTheSameInstance(
      @ForAll("facts") Facts facts, @ForAll Random random) {
    Instance instance = facts.instance();
    Instance again = facts.shuffled(random).instance();
    assertThat(again).isEqualTo(instance).hasSameHashCodeAs(instance);
    assertThat(again.changedFields(instance)).isEmpty();
    assertThat(again.withDiscoveredAt(Instant.EPOCH).toMap().toString())
        .isEqualTo(instance.withDiscoveredAt(Instant.EPOCH).toMap().toString());
  }

  @Property(seed = "3", tries = 300)
  void anInstanceIsBoundedAndSorted(@ForAll("facts") Facts facts) {
    Instance instance = facts.instance();
    assertThat(instance.containerName()).hasSizeLessThanOrEqualTo(255);
    assertThat(instance.name()).hasSizeLessThanOrEqualTo(255);
    assertThat(instance.image().orElse("")).hasSizeLessThanOrEqualTo(512);
    assertThat(instance.ports()).isSorted().doesNotHaveDuplicates();
    assertThat(instance.exposedPorts()).isSorted().doesNotHaveDuplicates();
    assertThat(instance.networks()).isSorted().doesNotHaveDuplicates();
    assertThat(instance.ips()).isSorted().doesNotHaveDuplicates();
    int labels = 0;
    for (Map.Entry<String, String> label : instance.labels().entrySet()) {
      labels += label.getKey().length() + label.getValue().length();
    }
    assertThat(labels).isLessThanOrEqualTo(32_768);
    assertThat(List.copyOf(instance.labels().keySet())).isSorted();
  }

  @Property(seed = "4", tries = 300)
  void whatWasKeptIsKeptAgain(@ForAll("facts") Facts facts) {
    Instance kept = facts.instance();
    Instance again =
        Instance.builder(kept.backend(), kept.id(), kept.containerName())
            .image(kept.image().orElse(null))
            .labels(kept.labels())
            .ports(kept.ports())
            .exposedPorts(kept.exposedPorts())
            .networks(kept.networks())
            .startedAt(Instant.EPOCH)
            .build();
    assertThat(again.truncated()).isFalse();
    assertThat(again.ports()).isEqualTo(kept.ports());
    assertThat(again.networks()).isEqualTo(kept.networks());
    assertThat(again.labels()).isEqualTo(kept.labels());
    if (!kept.truncated()) {
      assertThat(again).isEqualTo(kept);
    }
  }

  @Property(seed = "5", tries = 300)
  void anInstanceIsMarkedIfAndOnlyIfSomethingIsMissing(@ForAll("facts") Facts facts) {
    Instance instance = facts.instance();
    boolean complete =
        instance.containerName().equals("n" + facts.name())
            && instance.image().equals(Optional.ofNullable(facts.image()))
            && instance.labels().equals(facts.labels())
            && instance.ports().containsAll(facts.ports())
            && instance.exposedPorts().containsAll(facts.exposed())
            && instance.networks().containsAll(facts.networks());
    assertThat(instance.truncated()).isEqualTo(!complete);
  }

  @Property(seed = "6", tries = 300)
  void whatIsPublishedIsReadAsTheSameInstance(@ForAll("facts") Facts facts) {
    Instance instance = facts.instance();
    Instance read = Instance.fromMap("fleet", instance.id(), instance.toMap());
    assertThat(read.changedFields(instance)).isEmpty();
    assertThat(read.name()).isEqualTo(instance.name());
    assertThat(read.backend()).isEqualTo("fleet");
  }

  /** What somebody may publish: the fields of an instance, each with a value of any type. */
  @Provide
  Arbitrary<Map<String, Object>> forms() {
    Arbitrary<Object> value =
        Arbitraries.oneOf(
            HostileText.ofAtMost(8).map(text -> (Object) text),
            Arbitraries.doubles().map(number -> (Object) number),
            Arbitraries.longs().map(number -> (Object) number),
            Arbitraries.of(true, false, List.of(), List.of(1), List.of(Map.of()), Map.of("a", 1)));
    Arbitrary<String> name =
        Arbitraries.of(InstanceField.class).map(InstanceField::toString).injectDuplicates(0.1);
    return Arbitraries.maps(name, value).ofMaxSize(4);
  }

  @Property(seed = "7", tries = 1000)
  void aFormOfAnybodyIsReadOrRefusedByTheNameOfAField(
      @ForAll("facts") Facts facts, @ForAll("forms") Map<String, Object> form) {
    Map<String, Object> fields = new LinkedHashMap<>(facts.instance().toMap());
    fields.putAll(form);
    try {
      Instance read = Instance.fromMap("fleet", "id", fields);
      assertThat(Instance.fromMap("fleet", "id", read.toMap())).isEqualTo(read);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("[a-zA-Z_]+(\\[])?(\\.[^ ]+)? (is|must) .*");
    }
  }
}
