/** Texts for people, and what the page derives from one instance. Nothing here knows the document. */

'use strict';

const everyAddress = new Set(['', '0.0.0.0', '::']);
const loopback = /^(127\.|\[?::1\]?$|localhost$)/;

/**
 * The state in one word, the kind of mark that stands before it, and whether somebody should look.
 * Health says more than the state while an instance runs.
 */
function stateOf({state, health}) {
  if (health === 'unhealthy') {
    return {word: 'unhealthy', kind: 'bad', trouble: true};
  }
  if (state !== 'running') {
    return {word: state, kind: state === 'paused' ? 'idle' : 'wait', trouble: state !== 'paused'};
  }
  return {
    starting: {word: 'starting', kind: 'wait', trouble: true},
    healthy: {word: 'healthy', kind: 'good', trouble: false},
  }[health] ?? {word: 'running', kind: 'up', trouble: false};
}

/**
 * Published ports: one for each host port, although it may be published on IPv4 and on IPv6.
 *
 * @param host the machine on which they are published, if it is known to be another one
 */
function portsOf(mappings, host) {
  const ports = new Map();
  for (const {host_ip, host_port, container_port, protocol} of mappings) {
    const address = everyAddress.has(host_ip) ? '' : host_ip.includes(':') ? `[${host_ip}]` : host_ip;
    const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
    const text = `${address}:${host_port}${suffix}`;
    ports.set(text, {text, href: suffix ? null : urlOf(address, host, host_port, container_port)});
  }
  return [...ports.values()].sort((a, b) => Boolean(b.href) - Boolean(a.href));
}

/** A port on every address is reached where the page is reached, or on its own machine. */
function urlOf(address, host, port, containerPort) {
  if (loopback.test(address) && (host || !loopback.test(location.hostname))) {
    return null; // the viewer's own machine is not the one that is meant
  }
  const name = address || host || location.hostname;
  if (!/^[\w.-]+$|^\[[\w:.]+\]$/.test(name)) {
    return null;
  }
  return `${containerPort % 1000 === 443 ? 'https' : 'http'}://${name}:${port}/`;
}

/** The image in two parts: where it is from, and what it is. A digest is shortened as that of a commit. */
function imageOf(image = '') {
  const short = image.replace(/(sha256:[0-9a-f]{7})[0-9a-f]+/, '$1');
  const name = short.lastIndexOf('/', short.includes('@') ? short.indexOf('@') : short.length) + 1;
  return [short.slice(0, name), short.slice(name)];
}

/** The place in a Compose project, or the pod, or the runtime's own group. */
function projectOf({compose, pod, group}) {
  if (!compose) {
    return pod ?? group ?? '';
  }
  return compose.project + (compose.number > 1 ? ` #${compose.number}` : '');
}

function idOf(id) {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}

function duration(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 120) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) {
    return `${minutes} min`;
  }
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

function clock(time) {
  return new Date(time).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
}

function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** All that the search looks through, in lower case. */
function searchText(instance) {
  const labels = Object.entries(instance.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const ports = instance.ports.map(port => `:${port.host_port} ${port.container_port}/${port.protocol}`);
  return [
    instance.name, instance.container_name, instance.image, instance.backend, instance.id, projectOf(instance),
    instance.group, instance.host,
    stateOf(instance).word, ...ports, ...instance.ips ?? [], ...labels,
  ].join('\n').toLowerCase();
}

/** What differs between two states of an instance, one change a line. */
function changes(before, after, fields) {
  const texts = fields.map(field => change(field, before[field], after[field], before, after)).filter(Boolean);
  return texts.join('\n') || 'updated';
}

function change(field, from, to, before, after) {
  switch (field) {
    case 'metadata':
    case 'compose':
    case 'life':
      return ''; // says nothing that another field does not say
    case 'labels':
      return different('label', Object.entries(from ?? {}).map(String), Object.entries(to ?? {}).map(String),
        entry => entry.split(',', 1)[0]);
    case 'ports':
      return different('port', portsOf(before.ports).map(p => p.text), portsOf(after.ports).map(p => p.text));
    case 'networks':
      return different('network', from.map(n => n.name), to.map(n => n.name));
    default:
      return typeof (from ?? to) === 'string'
        ? `${field.replaceAll('_', ' ')} ${from ?? 'none'} → ${to ?? 'none'}`
        : `${field.replaceAll('_', ' ')} changed`;
  }
}

function different(noun, from, to, name = text => text) {
  const added = to.filter(each => !from.includes(each)).map(name);
  const removed = from.filter(each => !to.includes(each)).map(name);
  const both = added.filter(each => removed.includes(each));
  return [
    ...both.map(each => `${noun} ${each} changed`),
    ...added.filter(each => !both.includes(each)).map(each => `+ ${noun} ${each}`),
    ...removed.filter(each => !both.includes(each)).map(each => `− ${noun} ${each}`),
  ].slice(0, 6).join('\n');
}
