/** Makes and changes elements; what comes from an instance only ever becomes text. */

'use strict';

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
}

/** Sets a text; one that is the same already costs no layout. */
function put(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A port as a link to where a browser reaches it, or as text if none can. */
function portLink({text, href}) {
  const element = make(href ? 'a' : 'span', '', text);
  if (href) {
    Object.assign(element, {href, target: '_blank', rel: 'noopener noreferrer'});
  }
  return element;
}
