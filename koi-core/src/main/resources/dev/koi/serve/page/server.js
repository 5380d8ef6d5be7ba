/** Talks to Koi's server: questions, and the stream of events, which reconnects by itself. */

'use strict';

const RETRY = 2000; // ms, until the server says something else
const SILENCE = 45_000; // ms; the server sends a ping every 15 s
const PATIENCE = 10_000; // ms, for an answer to begin
const EVENTS_BUDGET = 10; // ms, for events in a row; then the page may draw and answer
const TOKEN = 'koi-token';

/** Takes the token out of the address: it is not to stay in the history, and a fragment is never sent. */
function takeToken() {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (token) {
    setToken(decodeURIComponent(token));
    history.replaceState(null, '', location.pathname + location.search);
  }
  return Boolean(token);
}

function setToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

function request(path, headers, signal) {
  const token = sessionStorage.getItem(TOKEN);
  return fetch(path, {headers: token ? {...headers, Authorization: `Bearer ${token}`} : headers, signal, cache: 'no-store'});
}

/** Asks for JSON; an error has the server's sentence. */
async function ask(path) {
  const response = await request(path, {}, AbortSignal.timeout(PATIENCE));
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(body.message ?? `the server answered ${response.status}`);
  }
  return body;
}

/**
 * The stream of events. It ends when the server ends it, fails, or is silent for too long; then
 * the next attempt follows. EventSource would give up for good at a proxy's 502, and cannot send a token.
 */
class EventStream {
  #onEvent;
  #onState;
  #path;
  #lastId = '';
  #whole = false; // whether the picture of the last connection was complete; else the next one starts afresh
  #retry = RETRY;
  #heard = 0;
  #abort = null;
  #timer = 0;

  /**
   * @param onEvent is called with the name and the value of each event
   * @param onState is called with 'live', 'lost', 'refused' (a token is needed) or 'full', and a sentence
   */
  constructor(path, onEvent, onState) {
    this.#path = path;
    this.#onEvent = onEvent;
    this.#onState = onState;
    setInterval(() => this.#watchdog(), 5000);
    addEventListener('online', () => this.open());
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', event => event.persisted && this.open());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) {
        this.#watchdog(); // the timers of a page out of sight, or of a machine asleep, may have stood still
        if (this.#timer) {
          this.open();
        }
      }
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#abort?.abort();
    this.#abort = null;
  }

  /** Ends what is open, and connects at once. */
  async open() {
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    this.#heard = Date.now();
    let delay = null;
    try {
      delay = await this.#read(abort.signal);
    } catch (failure) {
      if (!abort.signal.aborted) {
        this.#onState('lost', failure instanceof TypeError ? 'the server does not answer' : failure.message);
      }
    }
    if (this.#abort === abort) { // else another attempt, or the end of the page, is the reason
      this.#abort = null;
      if (delay !== Infinity) {
        this.#timer = setTimeout(() => this.open(), delay ?? this.#retry);
      }
    }
  }

  /** Reads until the end. Returns how long to wait for the next attempt, or null for the usual time. */
  async #read(signal) {
    const headers = {Accept: 'text/event-stream'};
    if (this.#lastId && this.#whole) {
      headers['Last-Event-ID'] = this.#lastId;
    }
    const response = await request(this.#path, headers, signal);
    if (response.status === 401) {
      this.#onState('refused', sessionStorage.getItem(TOKEN) ? 'Koi does not accept this token.' : '');
      return Infinity;
    }
    if (response.status === 503 && response.headers.has('Retry-After')) {
      this.#onState('full', (await response.json().catch(() => ({}))).message ?? 'the server is busy');
      return Math.max(1, Number(response.headers.get('Retry-After')) || 5) * 1000;
    }
    if (!response.ok || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
      throw new Error(`the server answered ${response.status}`);
    }
    this.#onState('live', '');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    let event = {name: '', data: ''};
    for (;;) {
      const {done, value} = await reader.read();
      if (done || event.name === 'bye') {
        this.#onState('lost', 'the server ended the stream');
        reader.cancel();
        return null;
      }
      this.#heard = Date.now();
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      let end = performance.now() + EVENTS_BUDGET;
      for (const line of lines) {
        event = this.#line(line, event);
        if (performance.now() > end) {
          await new Promise(resolve => setTimeout(resolve));
          end = performance.now() + EVENTS_BUDGET;
        }
      }
    }
  }

  #line(line, event) {
    if (line === '' || line === '\r') {
      if (event.data) {
        this.#whole = event.name === 'synced' || (event.name !== 'hello' && this.#whole);
        this.#onEvent(event.name, JSON.parse(event.data));
      }
      return {name: '', data: ''};
    }
    const [, field, value] = /^([^:]*):? ?(.*?)\r?$/.exec(line);
    if (field === 'event') {
      event.name = value;
    } else if (field === 'data') {
      event.data += value;
    } else if (field === 'id') {
      this.#lastId = value;
    } else if (field === 'retry') {
      this.#retry = Number(value) || RETRY;
    }
    return event;
  }

  #watchdog() {
    if (this.#abort && Date.now() - this.#heard > SILENCE) {
      this.#onState('lost', `nothing was heard for ${SILENCE / 1000} s`);
      this.open();
    }
  }
}
