/** What the page knows of instances and engines. Nothing here knows the document. */

'use strict';

const CHANGES_PER_INSTANCE = 30;
const INSTANCES_WITH_CHANGES = 2000;

const names = new Intl.Collator('en', {numeric: true, sensitivity: 'base'}); // web-2 before web-10

/** By name; what has the same name keeps its place by what does not change. */
function byName(a, b) {
  return names.compare(a.instance.name, b.instance.name)
    || names.compare(a.instance.container_name, b.instance.container_name)
    || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function keyOf({backend, id}) {
  return `${backend}/${id}`;
}

/** One instance, and what is shown of it. */
class Entry {
  constructor(key) {
    this.key = key;
    this.ended = false;
  }

  set(instance, picture) {
    this.instance = instance;
    this.picture = picture;
    this.state = stateOf(instance);
    this.ports = portsOf(instance.ports, instance.host);
    this.engine = instance.host ? `${instance.host} (${instance.backend})` : instance.backend;
    this.image = imageOf(instance.image);
    this.project = projectOf(instance);
    this.since = Date.parse(instance.started_at ?? instance.discovered_at);
    this.search = null;
  }

  contains(words) {
    if (words.length === 0) {
      return true;
    }
    this.search ??= searchText(this.instance);
    return words.every(word => this.search.includes(word));
  }
}

class Picture {
  entries = new Map(); // by key; with those that ended a moment ago
  engines = new Map(); // by name
  #history = new Map(); // by key
  #number = 0; // of the whole picture that an entry was last in
  #sweep = false;

  /**
   * Takes an event of the stream, and returns the keys of the instances that it changed. A whole
   * picture replaces what was known when it is complete, so that nothing disappears for a moment.
   */
  apply(name, event) {
    switch (name) {
      case 'hello':
        this.#sweep = !event.resumed;
        this.#number += this.#sweep ? 1 : 0;
        return this.setEngines(event.backends);
      case 'synced':
        this.#sweep = false;
        return this.#forget(backend => !event.unlisted.includes(backend));
      case 'started':
      case 'updated':
        return [this.#put(name, event)];
      case 'stopped':
        return this.#end(event);
      case 'disconnected':
        return this.#engine(event.backend, {state: 'unavailable', reason: event.reason, since: event.time});
      case 'reconnected':
        return this.#engine(event.backend, {state: 'connected', reason: undefined, since: event.time});
      case 'connected': // the first list of this engine is complete, or that after an outage
        return [...this.#forget(backend => backend === event.backend),
          ...this.#engine(event.backend, {state: 'connected', reason: undefined, since: event.time})];
      default:
        return [];
    }
  }

  /** Takes the state of all engines; returns the keys of the instances whose engine is lost or back. */
  setEngines(backends) {
    const before = this.engines;
    this.engines = new Map(backends.filter(b => b.state !== 'disabled').map(b => [b.name, b]));
    return this.#of(name => this.engines.get(name)?.state !== before.get(name)?.state);
  }

  /** Whether the instances of an engine are shown as they were last seen. */
  stale(name) {
    const state = this.engines.get(name)?.state;
    return state !== undefined && state !== 'connected';
  }

  present() {
    return [...this.entries.values()].filter(entry => !entry.ended);
  }

  historyOf(key) {
    return this.#history.get(key) ?? [];
  }

  /** Removes an instance that ended, unless it has started again. */
  drop(key) {
    const ended = this.entries.get(key)?.ended;
    if (ended) {
      this.entries.delete(key);
    }
    return Boolean(ended);
  }

  #put(name, event) {
    const key = keyOf(event.instance);
    const known = this.entries.get(key);
    const entry = known ?? new Entry(key);
    if (!this.#sweep) {
      const text = name === 'started' || !known ? 'started' : changes(known.instance, event.instance, event.changed);
      this.#remember(key, event.time, text);
    }
    entry.ended = false;
    entry.set(event.instance, this.#number);
    this.entries.set(key, entry);
    return key;
  }

  #end(event) {
    const key = keyOf(event.instance);
    const entry = this.entries.get(key);
    if (!entry) {
      return [];
    }
    entry.ended = true;
    this.#remember(key, event.time, 'stopped');
    return [key];
  }

  /**
   * Removes what was not in the last whole picture. An engine that a new server has not listed yet
   * keeps its instances until it is connected.
   */
  #forget(wanted) {
    const old = [...this.entries.values()].filter(
      entry => entry.picture !== this.#number && wanted(entry.instance.backend));
    old.forEach(entry => this.entries.delete(entry.key));
    return old.map(entry => entry.key);
  }

  #engine(name, values) {
    this.engines.set(name, {...this.engines.get(name), name, ...values});
    return this.#of(engine => engine === name);
  }

  #of(wanted) {
    return this.present().filter(entry => wanted(entry.instance.backend)).map(entry => entry.key);
  }

  #remember(key, time, text) {
    const changes = this.#history.get(key) ?? [];
    this.#history.delete(key); // those that change are last
    this.#history.set(key, [{time, text}, ...changes].slice(0, CHANGES_PER_INSTANCE));
    if (this.#history.size > INSTANCES_WITH_CHANGES) {
      this.#history.delete(this.#history.keys().next().value);
    }
  }
}
