/** The page: brings the stream, the picture, the table, the engines and the drawer together. */

'use strict';

const SHOW_ENDED = 3000; // ms that an instance stays after its end
const SHOW_LOST = 3000; // ms until the page says that it has lost the server
const SPEAK = 3000; // ms between two announcements to a screen reader
const REDRAW_AGES = 1000; // ms

const byId = id => document.getElementById(id);
const [connection, total, search, views, empty, spoken] =
  ['connection', 'total', 'search', 'views', 'empty', 'spoken'].map(byId);

const picture = new Picture();
const table = new Table(byId('rows'), byId('row'), picture, drawCounts);
const drawer = new Drawer(picture);
const engines = new Engines(byId('engines'), picture, filter);
const shown = {view: 'all', words: []};
const link = {state: 'connecting', synced: false, lostAt: 0, old: false, reason: ''};

// What is shown

function inView(entry, view) {
  return view === 'all'
    || (view === 'attention' && entry.state.trouble && !entry.ended)
    || (view === 'published' && entry.ports.length > 0);
}

function matches(entry) {
  return (!engines.chosen || entry.instance.backend === engines.chosen) && entry.contains(shown.words);
}

function filter() {
  table.show(entry => matches(entry) && inView(entry, shown.view));
  views.querySelectorAll('button').forEach(
    button => button.setAttribute('aria-pressed', String(button.dataset.view === shown.view)));
  drawCounts();
}

function drawCounts() {
  const present = picture.present();
  const matching = present.filter(matches);
  views.querySelectorAll('button').forEach(button => {
    const number = matching.filter(entry => inView(entry, button.dataset.view)).length;
    put(button.lastElementChild, number.toLocaleString('en'));
  });
  const wanted = matching.filter(entry => inView(entry, shown.view)).length;
  const all = count(present.length, 'instance');
  const known = link.synced || present.length > 0;
  put(total, known ? (wanted < present.length ? `${wanted.toLocaleString('en')} of ${all}` : all) : '');
  const trouble = present.filter(entry => entry.state.trouble).length;
  document.title = link.old ? 'Koi (no connection)' : trouble ? `(${trouble}) Koi` : 'Koi';
  byId('table').hidden = table.empty;
  drawEmpty(present.length);
  engines.draw();
}

function drawEmpty(present) {
  const refused = link.state === 'refused';
  const waits = !link.synced && present === 0;
  empty.hidden = !table.empty || !table.drawn;
  empty.dataset.waits = String(waits && !refused);
  byId('token').hidden = !refused;
  byId('tools').hidden = refused && present === 0;
  byId('show-all').hidden = refused || waits || present === 0;
  let [title, text] = ['Nothing matches', [`None of ${count(present, 'instance')} is like that.`]];
  if (refused) {
    const place = 'It is in the file that koi.serve.token-file names, or in KOI_SERVE_TOKEN.';
    [title, text] = ['A token is needed', [link.reason, place]];
  } else if (waits) {
    [title, text] = ['Waiting for the first picture', [link.reason && `No connection yet: ${link.reason}.`]];
  } else if (present === 0) {
    [title, text] = ['Nothing runs', ['Instances appear here when they start.', ...engines.absent()]];
  }
  put(byId('empty-title'), title);
  if (byId('empty-text').dataset.text !== text.join('\n')) {
    byId('empty-text').dataset.text = text.join('\n');
    byId('empty-text').replaceChildren(...text.filter(Boolean).map(sentence => make('p', '', sentence)));
  }
}

let asking = 0;

/** The stream has no event for every state of an engine: one that never was there may appear. */
function refreshEngines() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    try {
      const {backends} = await ask('v1/runtime/status');
      show(picture.setEngines(backends), false);
    } catch {
      // the stream notices as well
    }
  }, 200);
}

// Events

function onEvent(name, event) {
  const before = event.instance && picture.entries.get(keyOf(event.instance))?.state;
  const keys = picture.apply(name, event);
  if (name === 'synced') {
    onSynced();
  } else if (name === 'ping' || name === 'disconnected' || name === 'reconnected' || name === 'connected') {
    refreshEngines();
  } else if (name === 'stopped') {
    keys.forEach(key => setTimeout(() => picture.drop(key) && table.change([key], false), SHOW_ENDED));
  }
  show(keys, link.synced && Boolean(event.instance));
  if (link.synced && name === 'updated') {
    const {state, instance} = picture.entries.get(keys[0]);
    if (state.trouble && state.word !== 'starting' && before?.word !== state.word) {
      speak(`${instance.name} is now ${state.word}`);
    }
  } else if (name === 'disconnected') {
    speak(`The connection to ${event.backend} is lost`);
  }
}

function show(keys, visibly) {
  table.change(keys, visibly);
  drawer.change(keys);
}

function onSynced() {
  Object.assign(link, {synced: true, lostAt: 0, reason: ''});
  drawConnection();
  refreshEngines();
}

function onState(state, reason) {
  link.state = state;
  link.synced = false; // until the picture is complete
  if (state !== 'live') {
    link.reason = reason;
    link.lostAt ||= Date.now();
    setTimeout(drawConnection, SHOW_LOST);
  }
  drawConnection();
  if (state === 'refused') {
    byId('token').elements.token.focus();
  }
}

function drawConnection() {
  link.old = link.lostAt > 0 && Date.now() - link.lostAt >= SHOW_LOST && picture.entries.size > 0;
  let word = link.lostAt ? 'Reconnecting' : 'Connecting';
  if (link.synced) {
    word = 'Live';
  } else if (link.state === 'refused') {
    word = 'No access';
  } else if (link.old) {
    word = `Connection lost at ${clock(link.lostAt)}; showing what was last seen`;
  }
  connection.dataset.state = link.synced ? 'live' : link.lostAt ? 'lost' : 'connecting';
  put(connection.lastElementChild, word);
  document.body.classList.toggle('old', link.old);
  drawCounts();
}

// For screen readers: only trouble, and not too often; a busy engine must not talk without end.

let waiting = [];
let speaking = 0;

function speak(sentence) {
  waiting.push(sentence);
  speaking ||= setTimeout(() => {
    spoken.textContent = waiting.length > 3 ? `${waiting.length} instances need attention` : waiting.join('. ');
    waiting = [];
    speaking = 0;
  }, SPEAK);
}

// Input

function openDrawer(key) {
  if (picture.entries.has(key)) {
    table.focus(key); // the focus returns to it
    drawer.open(key);
  }
}

byId('rows').addEventListener('click', event => {
  const row = event.target.closest('tr');
  if (row && !event.target.closest('a') && String(getSelection()) === '') {
    openDrawer(row.dataset.key);
  }
});

views.addEventListener('click', event => {
  const view = event.target.closest('button')?.dataset.view;
  if (view) {
    shown.view = view;
    filter();
  }
});

search.addEventListener('input', () => {
  shown.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  filter();
});

byId('show-all').addEventListener('click', () => {
  search.value = '';
  engines.chosen = '';
  Object.assign(shown, {view: 'all', words: []});
  filter();
  search.focus();
});

byId('token').addEventListener('submit', event => {
  event.preventDefault();
  setToken(new FormData(event.target).get('token').trim());
  event.target.reset();
  stream.open();
});

addEventListener('keydown', event => {
  const typing = event.target === search;
  if (event.ctrlKey || event.metaKey || event.altKey || drawer.key !== null || event.target.name === 'token') {
    return;
  }
  const steps = {ArrowDown: 1, ArrowUp: -1, ...typing ? {} : {Home: -Infinity, End: Infinity}};
  if (event.key === '/' && !typing) {
    event.preventDefault();
    search.select();
    search.focus();
  } else if (event.key === 'Escape' && typing) {
    event.preventDefault();
    search.value ? (search.value = '') : search.blur();
    search.dispatchEvent(new Event('input'));
  } else if (event.key in steps && (typing || byId('rows').contains(event.target)) && table.move(steps[event.key])) {
    event.preventDefault();
  }
});

addEventListener('hashchange', () => takeToken() && stream.open());
setInterval(() => {
  if (!document.hidden) {
    table.drawAges(Date.now());
    engines.draw();
  }
}, REDRAW_AGES);

takeToken();
drawCounts();
const stream = new EventStream('v1/runtime/events', onEvent, onState);
stream.open();
