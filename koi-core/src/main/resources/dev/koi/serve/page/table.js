/** The table: one row for each instance, in the order of names, drawn at most once a frame. */

'use strict';

const ROWS_BUDGET = 5; // ms of one frame for rows that wait to be drawn; their layout takes longer than that
const MOST_FLASHES = 60; // in one frame; more would not be seen one by one
const FLASH = 2400; // ms
const PORTS_WIDTH = 18; // characters of a row's ports; the drawer shows all

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

class Row {
  constructor(template, key) {
    this.key = key;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.dataset.key = key;
    const [name, state, ports, image, engine, age] = this.element.cells;
    [this.button, this.project] = name.children;
    [this.dot, this.word] = state.children;
    this.ports = ports;
    [this.path, this.image] = image.children;
    this.imageCell = image;
    this.engine = engine;
    this.age = age;
    this.flashing = null;
  }

  /** Returns whether the row has to move. */
  draw(entry, stale) {
    const moves = Boolean(this.entry) && this.button.textContent !== entry.instance.name;
    this.entry = entry;
    put(this.button, entry.instance.name);
    put(this.project, entry.project);
    put(this.word, entry.ended ? 'stopped' : entry.state.word);
    put(this.path, entry.image[0]);
    put(this.image, entry.image[1]);
    put(this.engine, entry.engine);
    this.dot.dataset.kind = entry.ended ? 'idle' : entry.state.kind;
    this.element.dataset.kind = this.dot.dataset.kind;
    this.element.classList.toggle('stale', stale);
    this.element.classList.toggle('ended', entry.ended);
    this.button.title = entry.instance.container_name;
    this.engine.title = entry.engine;
    this.imageCell.title = entry.instance.image ?? '';
    this.#drawPorts(entry.ports);
    this.drawAge(Date.now());
    return moves;
  }

  #drawPorts(ports) {
    const text = ports.map(port => port.text).join(' ');
    if (this.ports.dataset.text === text) {
      return; // a link that is about to be clicked stays
    }
    this.ports.dataset.text = text;
    let width = 0;
    const fitting = ports.filter(({text: port}, i) => (width += port.length + 2) <= PORTS_WIDTH || i === 0);
    this.ports.replaceChildren(...fitting.map(portLink));
    if (ports.length > fitting.length) {
      this.ports.append(portLink({text: `+${ports.length - fitting.length}`}));
    }
    this.ports.title = text;
    this.makeReachable(this.button.tabIndex === 0);
  }

  drawAge(now) {
    put(this.age, Number.isNaN(this.entry.since) ? '' : duration(now - this.entry.since));
  }

  /** Tab stops at one row only; the arrow keys reach the others. */
  makeReachable(reachable) {
    this.button.tabIndex = reachable ? 0 : -1;
    this.ports.querySelectorAll('a').forEach(link => { link.tabIndex = reachable ? 0 : -1; });
  }

  flash() {
    this.flashing?.cancel(); // no layout is computed, as it is when a class is taken away and given again
    const lit = {backgroundColor: 'var(--wash)', boxShadow: 'inset 3px 0 var(--accent)'};
    const frames = lessMotion.matches ? [lit, lit] : [lit, {...lit, offset: 0.4}, {}];
    this.flashing = this.element.animate(frames, {duration: FLASH, easing: 'ease-out'});
  }
}

class Table {
  #body;
  #template;
  #picture;
  #wanted = () => true;
  #onDrawn;
  #rows = new Map(); // by key
  #order = []; // the rows as they are shown
  #pending = new Map(); // keys to draw, and whether the change is to be seen
  #scheduled = false;
  #current = null; // the row where Tab stops

  /** @param onDrawn is called after each frame in which something changed */
  constructor(body, template, picture, onDrawn) {
    this.#body = body;
    this.#template = template;
    this.#picture = picture;
    this.#onDrawn = onDrawn;
  }

  /** Draws instances in the next frames; many at once in several frames, so that the page never stands still. */
  change(keys, visibly) {
    for (const key of keys) {
      this.#pending.set(key, visibly || this.#pending.get(key) === true);
    }
    this.#schedule();
  }

  show(wanted) {
    this.#wanted = wanted;
    this.#rows.forEach(row => this.#filter(row));
    this.#setCurrent(this.#current);
  }

  drawAges(now) {
    this.#rows.forEach(row => row.drawAge(now));
  }

  get drawn() {
    return this.#pending.size === 0;
  }

  get empty() {
    return this.#current === null; // where Tab stops, if any row is shown
  }

  /** Moves the focus by some rows; ±Infinity is the last or first one. Returns whether there is a row. */
  move(by) {
    const inside = this.#body.contains(document.activeElement);
    let row = this.#current;
    if (!row) {
      return false;
    }
    if (inside && Number.isFinite(by)) {
      row = this.#next(row, by) ?? row;
    } else if (inside) {
      for (let next = row; next; next = this.#next(next, Math.sign(by))) {
        row = next;
      }
    }
    this.focus(row.key);
    return true;
  }

  focus(key) {
    const row = this.#rows.get(key);
    if (row) {
      this.#setCurrent(row);
      row.button.focus();
    }
  }

  #next(row, by) {
    const sibling = by > 0 ? 'nextElementSibling' : 'previousElementSibling';
    let element = row.element[sibling];
    while (element?.hidden) {
      element = element[sibling];
    }
    return element && this.#rows.get(element.dataset.key);
  }

  #schedule() {
    if (!this.#scheduled) {
      this.#scheduled = true;
      const draw = () => this.#draw();
      document.hidden ? setTimeout(draw, 250) : requestAnimationFrame(draw); // no frame comes out of sight
    }
  }

  #draw() {
    this.#scheduled = false;
    const end = performance.now() + ROWS_BUDGET;
    const few = this.#pending.size <= MOST_FLASHES && !document.hidden;
    const flashing = [];
    for (const [key, visibly] of this.#pending) {
      this.#pending.delete(key);
      this.#drawOne(key);
      if (few && visibly) {
        flashing.push(key);
      }
      if (performance.now() > end) {
        break;
      }
    }
    flashing.forEach(key => this.#rows.get(key)?.flash());
    this.#setCurrent(this.#current);
    this.#onDrawn();
    if (this.#pending.size > 0) {
      this.#schedule();
    }
  }

  #drawOne(key) {
    const entry = this.#picture.entries.get(key);
    let row = this.#rows.get(key);
    if (!entry) {
      if (row) {
        this.#takeOut(row);
        this.#rows.delete(key);
      }
      return;
    }
    const isNew = !row;
    if (isNew) {
      row = new Row(this.#template, key);
      this.#rows.set(key, row);
    }
    const focused = row.element.contains(document.activeElement);
    const moves = row.draw(entry, this.#picture.stale(entry.instance.backend));
    this.#filter(row);
    if (moves) {
      this.#takeOut(row);
    }
    if (isNew || moves) {
      this.#place(row);
    }
    if (moves && focused) {
      row.button.focus();
    }
  }

  /** Puts a row at its place; the others do not move. */
  #place(row) {
    let [from, to] = [0, this.#order.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      [from, to] = byName(this.#order[middle].entry, row.entry) < 0 ? [middle + 1, to] : [from, middle];
    }
    this.#body.insertBefore(row.element, this.#order[from]?.element ?? null);
    this.#order.splice(from, 0, row);
  }

  #takeOut(row) {
    row.element.remove();
    this.#order.splice(this.#order.indexOf(row), 1);
  }

  #filter(row) {
    row.element.hidden = !this.#wanted(row.entry);
  }

  #setCurrent(row) {
    let next = row && this.#rows.has(row.key) && !row.element.hidden ? row : null;
    for (let element = this.#body.firstElementChild; element && !next; element = element.nextElementSibling) {
      next = element.hidden ? null : this.#rows.get(element.dataset.key);
    }
    if (next !== this.#current) {
      this.#current?.makeReachable(false);
      next?.makeReachable(true);
      this.#current = next;
    }
  }
}
