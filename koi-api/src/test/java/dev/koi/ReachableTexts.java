package dev.koi;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All texts that an object of this module holds on to, through fields, lists and maps. */
final class ReachableTexts {

  private ReachableTexts() {}

  static List<String> from(Object root) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(root));
    List<String> texts = new ArrayList<>();
    while (!open.isEmpty()) {
      Object object = open.pop();
      if (object instanceof String text) {
        texts.add(text);
      } else if (seen.add(object)) {
        open(object, open);
      }
    }
    return texts;
  }

  private static void open(Object object, Deque<Object> open) {
    if (object instanceof Collection<?> elements) {
      elements.forEach(open::push);
    } else if (object instanceof Map<?, ?> map) {
      map.keySet().forEach(open::push);
      map.values().forEach(open::push);
    } else if (object.getClass().getName().startsWith("dev.koi.")) {
      for (Field field : object.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          push(field, object, open);
        }
      }
    }
  }

  private static void push(Field field, Object owner, Deque<Object> open) {
    try {
      field.setAccessible(true);
      Object value = field.get(owner);
      if (value != null) {
        open.push(value);
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
