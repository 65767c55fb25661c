// The mails of an order, as the engine renders them again: headers, text, and the markup in a frame of its own.
import {get} from './api.js';
import {h, keyed, say, when} from './dom.js';

/** Quoted-printable, UTF-8. */
function decoded(text) {
  const bytes = [];
  for (const [piece] of text.replace(/=\r\n/g, '').matchAll(/=[0-9A-F]{2}|[^]/g))
    bytes.push(piece.length === 3 ? parseInt(piece.slice(1), 16) : piece.charCodeAt(0));
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** {headers: [[name, value]], plain, html} */
export function read(message) {
  const end = message.indexOf('\r\n\r\n');
  const headers = message.slice(0, end).replace(/\r\n /g, ' ').split('\r\n').map(line => line.split(/: (.*)/).slice(0, 2));
  const boundary = /boundary="([^"]*)"/.exec(message)[1];
  const part = type => {
    const one = message.slice(end).split(`--${boundary}`).find(text => text.includes(`Content-Type: ${type};`));
    return decoded(one.slice(one.indexOf('\r\n\r\n') + 4));
  };
  return {headers, plain: part('text/plain'), html: part('text/html')};
}

function row(mail) {
  const {headers, plain, html} = read(mail.message);
  const named = name => headers.find(([one]) => one === name)?.[1] || '';
  const frame = h('iframe', {title: `The mail ${mail.messageId}`, sandbox: 'allow-scripts', src: import.meta.url.replace('mails.js', 'mail.html'),
    class: 'mail', onload: () => frame.contentWindow.postMessage(html, '*')});
  return {element: h('li', {}, h('h3', {}, named('Subject')),
    h('dl', {}, ['From', 'To', 'Date', 'Message-ID'].map(name => h('div', {}, h('dt', {}, name), h('dd', {}, named(name))))),
    frame, h('details', {}, h('summary', {}, 'As text'), h('pre', {tabindex: 0}, plain)),
    h('small', {}, 'Due by step ', mail.step, ' at ', when(mail.at)))};
}

/** A card that asks when it is opened, and again with `ask()`. */
export function mails(id, signal) {
  const list = h('ul', {class: 'plain mails'}), note = h('p', {class: 'note', role: 'status'});
  const details = h('details', {ontoggle: () => ask()}, h('summary', {}, 'Mails, as they were sent'), note, list);
  async function ask() {
    if (!details.open) return;
    try {
      const {data} = await get(`/v1/orders/${encodeURIComponent(id)}/mails`, signal);
      say(note, data.length === 0 ? 'None is due so far, or somebody else sends them.' : '');
      keyed(list, data, mail => mail.step, row);
    } catch (error) {
      if (!signal.aborted) say(note, error.message);
    }
  }
  return {element: h('section', {class: 'card', 'aria-label': 'Mails'}, details), ask};
}
