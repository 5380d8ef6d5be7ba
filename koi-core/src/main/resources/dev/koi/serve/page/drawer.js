/** The drawer: all about one instance, and what Koi concluded from it. */

'use strict';

const MOST_PORTS = 50;
const ASK_AGAIN = 5000; // ms; no event says that an announcement has changed

function section(title, ...content) {
  return make('section', '', make('h3', '', title), ...content);
}

/** The name of an instance on the network: as links if a browser can follow them, or why there is none. */
function announcedName({state, host_name, services = [], since, text, domain_name, health, remarks = []}) {
  const links = services.map(({type, port}) => {
    const scheme = {'_http._tcp': 'http', '_https._tcp': 'https'}[type];
    const shown = `${host_name}:${port}`;
    return portLink({text: shown, href: scheme && `${scheme}://${shown}/`});
  });
  const time = since && `since ${new Date(since).toLocaleString([], {dateStyle: 'medium', timeStyle: 'medium'})}`;
  const verdict = make('p', 'verdict', make('b', '', state === 'announced' ? host_name : state),
    [time && `, ${time}`, text && `: ${text}`].filter(Boolean).join(''), '.');
  const notes = [domain_name && `In the hosts file as ${domain_name}.`, health && `Health check: ${health}.`,
    ...remarks.map(remark => `${remark[0].toUpperCase()}${remark.slice(1)}.`)];
  return [verdict, ...links.length ? [make('p', 'links', ...links)] : [],
    ...notes.filter(Boolean).map(note => make('p', 'quiet', note))];
}

class Drawer {
  #dialog = document.getElementById('drawer');
  #name = document.getElementById('drawer-name');
  #state = document.getElementById('drawer-state');
  #body = document.getElementById('drawer-body');
  #picture;
  #key = null;
  #entry = null; // stays when the instance ends
  #explanation = null;
  #failure = '';
  #asked = 0;
  #opened = Date.now();

  constructor(picture) {
    this.#picture = picture;
    document.getElementById('close').addEventListener('click', () => this.#dialog.close());
    this.#dialog.addEventListener('click', event => event.target === this.#dialog && this.#dialog.close());
    this.#dialog.addEventListener('close', () => { this.#key = null; });
  }

  get key() {
    return this.#key;
  }

  open(key) {
    this.#key = key;
    this.#explanation = null;
    this.#failure = '';
    this.#draw();
    this.#dialog.showModal();
    this.#body.scrollTop = 0;
    this.#explain();
  }

  /** Draws again if the instance is shown. */
  change(keys) {
    if (this.#key !== null && keys.includes(this.#key)) {
      this.#draw();
      if (this.#picture.entries.get(this.#key)?.ended === false) {
        this.#explain();
      }
    }
  }

  async #explain() {
    const asked = ++this.#asked;
    const {id, backend} = this.#entry.instance;
    try {
      const path = `v1/runtime/instances/${encodeURIComponent(id)}/explain?backend=${encodeURIComponent(backend)}`;
      const explanation = await ask(path);
      if (asked === this.#asked) {
        this.#explanation = explanation;
        this.#failure = '';
      }
    } catch (failure) {
      if (asked === this.#asked) {
        this.#failure = failure.message;
      }
    }
    if (asked === this.#asked && this.#key !== null) {
      this.#draw();
      if (this.#explanation?.announcements) {
        setTimeout(() => asked === this.#asked && this.#key !== null && this.#explain(), ASK_AGAIN);
      }
    }
  }

  #draw() {
    const present = this.#picture.entries.get(this.#key);
    this.#entry = present ?? this.#entry;
    const entry = this.#entry;
    const ended = !present || present.ended;
    const {instance} = entry;
    const dot = make('i', 'dot');
    dot.dataset.kind = ended ? 'idle' : entry.state.kind;
    this.#name.textContent = instance.name;
    const age = Number.isNaN(entry.since) ? '' : ` for ${duration(Date.now() - entry.since)}`;
    const word = make('b', '', ended ? 'stopped' : entry.state.word);
    this.#state.replaceChildren(dot, word, `${ended ? '' : age}, ${entry.engine}`);
    this.#state.dataset.kind = dot.dataset.kind;
    this.#state.classList.toggle('stale', this.#picture.stale(instance.backend));
    const open = [...this.#body.querySelectorAll('details[open]')].map(each => each.className);
    this.#body.replaceChildren(this.#facts(entry), ...this.#conclusions(), this.#changes());
    this.#body.querySelectorAll('details').forEach(each => { each.open = open.includes(each.className); });
  }

  #facts(entry) {
    const {instance, project} = entry;
    const list = make('dl', '');
    const fact = (name, value, className = '') => value && list.append(make('dt', '', name), make('dd', className, value));
    fact('Image', instance.image);
    fact('Container', instance.container_name);
    fact('Id', idOf(instance.id), 'code');
    fact(instance.compose ? 'Compose' : 'Pod', instance.compose ? `${project} / ${instance.compose.service}` : instance.pod);
    fact('Group', instance.group);
    fact('Health', instance.health === 'none' ? 'no check' : instance.health !== entry.state.word && instance.health);
    fact('Networks', instance.networks.map(network => [network.name, ...network.ips].join(' ')).join(', '));
    fact('Started', instance.started_at && new Date(instance.started_at).toLocaleString([], {dateStyle: 'medium', timeStyle: 'medium'}));
    fact('Note', instance.truncated && 'Koi keeps only some of its labels, ports or networks; there are too many.');
    return section('Facts', list);
  }

  #conclusions() {
    const explanation = this.#explanation;
    if (!explanation) {
      return this.#failure ? [section('Explanation', make('p', 'bad', `Not available: ${this.#failure}`))] : [];
    }
    return [
      this.#announcement(explanation),
      this.#ports(explanation),
      this.#labels(explanation.labels),
      ...explanation.limitation ? [section('Limited', make('p', '', explanation.limitation))] : [],
    ];
  }

  #announcement({announced, why, announcements}) {
    if (announcements) {
      return section('Announced', ...announcements.flatMap(announcedName));
    }
    const reason = announced ? `: ${why}, but this server runs without --announce.` : `, because ${why}.`;
    return section('Announced', make('p', 'verdict', make('b', '', 'No'), reason));
  }

  #ports({ports, instance}) {
    const items = ports.slice(0, MOST_PORTS).map(({port, protocol, service_type, rule, published}) => {
      const links = portsOf(published, instance.host).map(portLink);
      return make('li', '',
        make('div', 'line', make('span', 'code', `${port}/${protocol}`),
          links.length ? make('span', 'links', ...links) : make('span', 'quiet', 'not published')),
        make('div', 'quiet', `${service_type} (${rule})`));
    });
    if (ports.length > MOST_PORTS) {
      items.push(make('li', 'quiet', `and ${ports.length - MOST_PORTS} more`));
    }
    return section('Ports', items.length ? make('ul', '', ...items) : make('p', 'quiet', 'None, neither published nor exposed.'));
  }

  /** Those for Koi come first; the others, which are many, are behind a click. */
  #labels(labels) {
    const of = (...effects) => labels.filter(label => effects.includes(label.effect));
    const item = ({key, effect, text}) => make('li', '',
      make('div', 'code', key), make('div', effect === 'rejected' ? 'bad' : 'quiet', effect === 'rejected' ? `rejected: ${text}` : text));
    const read = of('rejected').concat(of('sets'), of('overruled'));
    const content = [];
    if (read.length) {
      content.push(make('ul', '', ...read.map(item)));
    }
    for (const [effect, what] of [['compose', 'of Docker Compose'], ['ignored', 'that Koi does not use']]) {
      const others = of(effect);
      if (others.length) {
        content.push(make('details', effect, make('summary', '', `${count(others.length, 'label')} ${what}`),
          make('ul', '', ...others.map(({key}) => make('li', 'code', key)))));
      }
    }
    return section('Labels, and what Koi made of each', ...content.length ? content : [make('p', 'quiet', 'None.')]);
  }

  #changes() {
    const changes = this.#picture.historyOf(this.#key);
    const items = changes.map(({time, text}) => make('li', '',
      make('time', 'quiet', clock(time)), make('span', '', text)));
    return section('Recent changes', items.length
      ? make('ol', '', ...items)
      : make('p', 'quiet', `None since this page was opened at ${clock(this.#opened)}.`));
  }
}
