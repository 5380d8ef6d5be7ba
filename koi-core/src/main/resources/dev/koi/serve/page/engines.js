/** The engines: each says how it is, and is the filter for its instances. */

'use strict';

/** The kind of mark and the words for the state of an engine. */
function describe({state, reason, since, runtime}, instances) {
  if (state === 'connected') {
    const version = runtime?.version?.replace(/\+.*/, ''); // without what a distribution adds
    const name = [runtime?.product, version].filter(Boolean).join(' ');
    return reason ? {kind: 'wait', text: `${name}; ${reason}`} : {kind: 'good', text: name};
  } else if (state === 'connecting') {
    return {kind: 'wait', text: 'connecting'};
  } else if (instances > 0) {
    const time = duration(Date.now() - Date.parse(since));
    return {kind: 'bad', text: `${reason ?? state} (for ${time}); showing what was last seen`};
  }
  // An engine that is not installed is no fault.
  return state === 'unavailable' ? {kind: 'none', text: 'not found'} : {kind: 'bad', text: reason ?? state};
}

class Engines {
  chosen = ''; // the name of one, or all
  #element;
  #picture;
  #onChosen;
  #chips = new Map(); // by name

  constructor(element, picture, onChosen) {
    this.#element = element;
    this.#picture = picture;
    this.#onChosen = onChosen;
  }

  /** Why engines are not connected, one sentence each. */
  absent() {
    return this.#sorted().filter(engine => engine.state !== 'connected')
      .map(({name, reason, state}) => `${name}: ${reason ?? state}`);
  }

  draw() {
    const numbers = new Map();
    this.#picture.present().forEach(
      ({instance: {backend}}) => numbers.set(backend, (numbers.get(backend) ?? 0) + 1));
    const engines = this.#sorted();
    engines.forEach(engine => this.#drawOne(engine, numbers.get(engine.name) ?? 0));
    const names = engines.map(({name}) => name);
    if (names.join() !== [...this.#element.children].map(chip => chip.dataset.name).join()) {
      this.#element.replaceChildren(...names.map(name => this.#chips.get(name)));
    }
  }

  #drawOne(engine, instances) {
    let chip = this.#chips.get(engine.name);
    if (!chip) {
      chip = this.#newChip(engine.name);
      this.#chips.set(engine.name, chip);
    }
    const {kind, text} = describe(engine, instances);
    const [dot, , number, words] = chip.children;
    chip.dataset.kind = dot.dataset.kind = kind;
    chip.title = engine.reason ?? '';
    chip.setAttribute('aria-pressed', String(this.chosen === engine.name));
    put(number, instances.toLocaleString('en'));
    put(words, text);
  }

  #newChip(name) {
    const chip = make('button', '', make('i', 'dot'), make('b', '', name), make('span', 'number'), make('span', 'text'));
    chip.type = 'button';
    chip.dataset.name = name;
    chip.addEventListener('click', () => {
      this.chosen = this.chosen === name ? '' : name;
      this.#onChosen();
    });
    return chip;
  }

  #sorted() {
    return [...this.#picture.engines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
